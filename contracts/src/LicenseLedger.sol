// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { Grants } from "./Grants.sol";
import { Sales } from "./Sales.sol";
import { ICheckpointLog } from "./interfaces/ICheckpointLog.sol";
import { IDisputeDesk } from "./interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "./interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Currency } from "./libraries/Currency.sol";
import { GrantFlags } from "./libraries/GrantFlags.sol";
import { Offers } from "./libraries/Offers.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";
import { TitleFlags } from "./libraries/TitleFlags.sol";

/// @title LicenseLedger
/// @author Colophon
/// @notice Signed offers in, ERC-721 grants out; what was paid waits beside its grant until it is released or refunded.
contract LicenseLedger is Sales, ReentrancyGuardTransient, EIP712 {
    using SafeERC20 for IERC20;

    struct OfferState {
        uint32 issued;
        bool cancelled;
    }

    uint32 private constant STOPPED = TitleFlags.RETRACTED | TitleFlags.UPHELD;

    /// @inheritdoc ILicenseLedger
    IRoyaltyVault public immutable vault;

    /// @inheritdoc ILicenseLedger
    IDisputeDesk public immutable desk;

    mapping(address licensor => mapping(bytes32 offerHash => OfferState state)) private _offers;

    /// @notice Open a ledger for the titles of one registry.
    /// @param registry_ The registry.
    /// @param vault_ The vault that released payments go to.
    /// @param desk_ The desk that says when payments are due and grants end.
    constructor(IWorkRegistry registry_, IRoyaltyVault vault_, IDisputeDesk desk_)
        Grants(registry_)
        EIP712("Colophon LicenseLedger", "1")
    {
        vault = vault_;
        desk = desk_;
    }

    /// @inheritdoc ILicenseLedger
    function purchase(Offer calldata offer, bytes calldata signature, address licensee, uint256 maxPrice)
        external
        payable
        nonReentrant
        returns (uint256 grantId)
    {
        return _purchase(offer, signature, licensee, maxPrice);
    }

    /// @inheritdoc ILicenseLedger
    function purchaseWithPermit(
        Offer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 maxPrice,
        Permit calldata permit
    ) external nonReentrant returns (uint256 grantId) {
        // A token that comes back here finds the lock; the sale looks at its own state only afterwards.
        // slither-disable-next-line reentrancy-benign,reentrancy-events
        _use(permit, offer.currency, offer.price);
        return _purchase(offer, signature, licensee, maxPrice);
    }

    /// @inheritdoc ILicenseLedger
    function purchaseUnregistered(
        IWorkRegistry.Registration calldata registration,
        bytes calldata registrationSignature,
        ICheckpointLog.Inclusion calldata inclusion,
        Offer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 maxPrice
    ) external payable nonReentrant returns (uint256 grantId) {
        // The registry asks no signature of whoever calls it, and that would be this contract.
        if (registration.declaration.claimant == address(this)) revert InvalidSignature(address(this), 0);

        // The registry calls no stranger but the claimant's own code, and that to read; the offer names the work.
        // slither-disable-next-line unused-return,reentrancy-benign,reentrancy-events
        registry.registerFromLog(registration, registrationSignature, inclusion);
        return _purchase(offer, signature, licensee, maxPrice);
    }

    /// @inheritdoc ILicenseLedger
    function cancelOffer(Offer calldata offer) external {
        if (offer.licensor != msg.sender) revert NotLicensor(offer.licensor, msg.sender);

        bytes32 offerHash = Statements.hash(offer);
        OfferState storage state = _offers[msg.sender][offerHash];
        if (state.cancelled) return;
        state.cancelled = true;
        emit OfferCancelled(msg.sender, offerHash);
    }

    /// @inheritdoc ILicenseLedger
    function refund(Sale calldata sale, address receiver) external nonReentrant returns (uint256 amount) {
        uint256 grantId = _saleId(sale);
        address holder = _grantee(grantId);
        (uint40 paidAt,, uint32 flags) = _unpacked(grantId);
        if (holder != msg.sender && registry.successorOf(holder) != msg.sender) {
            revert NotGrantHolder(grantId, holder, msg.sender);
        }
        // The vault takes what this contract sends it for a release, and would owe it to nobody.
        if (receiver == address(0) || receiver == address(vault)) revert ReceiverNotAllowed(receiver);
        if (flags & GrantFlags.ESCROWED == 0) revert NothingEscrowed(grantId);
        if (flags & GrantFlags.BOUND != 0) revert GrantBound(grantId, boundTo[grantId]);
        uint64 refundableUntil = desk.refundableUntil(sale.offer.workId, paidAt);
        if (block.timestamp >= refundableUntil) revert NotRefundable(grantId, refundableUntil);

        amount = sale.offer.price;
        _swapFlags(grantId, GrantFlags.ESCROWED, GrantFlags.REFUNDED);
        (uint64 end,) = _terminate(sale, grantId);
        emit PaymentRefunded(grantId, sale.offer.workId, sale.offer.currency, amount, holder, receiver, end);
        Currency.pay(sale.offer.currency, receiver, amount);
    }

    /// @inheritdoc ILicenseLedger
    function release(Sale calldata sale) external nonReentrant returns (uint256 amount) {
        _requireVault();
        uint256 grantId = _saleId(sale);
        _grantee(grantId);
        (uint40 paidAt,, uint32 flags) = _unpacked(grantId);
        if (flags & GrantFlags.ESCROWED == 0) return 0;
        uint64 releasableAt = desk.releasableAt(sale.offer.workId, paidAt);
        if (block.timestamp < releasableAt) revert NotYetReleasable(grantId, releasableAt);

        amount = sale.offer.price;
        _swapFlags(grantId, GrantFlags.ESCROWED, GrantFlags.RELEASED);
        emit PaymentReleased(grantId, sale.offer.workId, sale.offer.currency, amount);
        Currency.pay(sale.offer.currency, msg.sender, amount);
    }

    /// @inheritdoc ILicenseLedger
    function bind(Sale calldata sale, address holder, uint256 workId, uint256 replaced)
        external
        returns (uint256 grantId, uint64 end)
    {
        _requireVault();
        grantId = _saleId(sale);
        end = _requireUsable(grantId, holder);

        _swapFlags(grantId, 0, GrantFlags.BOUND);
        boundTo[grantId] = workId;
        boundTo[replaced] = 0;
        if (sale.offer.flags & Offers.TRANSFERABLE != 0) emit Locked(grantId);
    }

    /// @inheritdoc ILicenseLedger
    function unbind(uint256 grantId) external {
        _requireVault();

        boundTo[grantId] = 0;
    }

    /// @inheritdoc ILicenseLedger
    function setParentTerms(uint256 workId, ParentTerms calldata terms) external {
        _requireVault();

        _setParentTerms(workId, terms);
    }

    /// @inheritdoc ILicenseLedger
    function endGrant(Sale calldata sale) external {
        if (msg.sender != address(desk)) revert NotDisputeDesk(msg.sender);
        uint256 grantId = _saleId(sale);
        _grantee(grantId);

        (uint64 end, uint256 derivative) = _terminate(sale, grantId);
        emit GrantEnded(grantId, sale.offer.workId, end, derivative);
    }

    /// @inheritdoc ILicenseLedger
    function offerStateOf(address licensor, bytes32 offerHash)
        external
        view
        returns (uint32 issued, bool cancelled)
    {
        OfferState storage state = _offers[licensor][offerHash];
        return (state.issued, state.cancelled);
    }

    /// @inheritdoc ILicenseLedger
    function offerHashOf(Offer calldata offer) external pure returns (bytes32 offerHash) {
        return Statements.hash(offer);
    }

    /// @inheritdoc ILicenseLedger
    function offerDigest(Offer calldata offer) external view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(offer));
    }

    /// @dev The money comes in last: until then nothing outside this system has been called.
    function _purchase(Offer calldata offer, bytes calldata signature, address licensee, uint256 maxPrice)
        private
        returns (uint256 grantId)
    {
        bytes32 offerHash = Statements.hash(offer);
        Offers.requireWellFormed(offer);
        Offers.requireOpen(offer);
        if (offer.price > maxPrice) revert PriceAboveLimit(offer.price, maxPrice);
        _requireLicensee(offer, licensee);
        _requireValue(offer.currency, offer.price);
        _requireEntitled(offer);
        _requireSigned(offer.licensor, offerHash, signature);

        uint32 serial = _takeSerial(offer, offerHash);
        uint40 start = uint40(block.timestamp);
        uint40 endsAt = _endOf(start, offer.duration);
        _occupy(offer, start, endsAt);
        grantId = grantIdOf(offerHash, serial);
        uint32 escrowed = offer.price == 0 ? 0 : GrantFlags.ESCROWED;
        _mintGrant(licensee, grantId, start, endsAt, offer.flags | escrowed);

        _announce(offer, offerHash, serial, grantId, licensee, start, endsAt);
        _collect(offer.currency, offer.price);
    }

    function _announce(
        Offer calldata offer,
        bytes32 offerHash,
        uint32 serial,
        uint256 grantId,
        address licensee,
        uint40 start,
        uint40 endsAt
    ) private {
        emit GrantIssued(
            grantId,
            offer.workId,
            offerHash,
            serial,
            offer.licensor,
            licensee,
            msg.sender,
            offer.termsHash,
            offer.currency,
            offer.price,
            start,
            _widened(endsAt),
            offer.flags
        );
        if (serial == 1) emit OfferTaken(offerHash, offer);
        if (offer.flags & Offers.TRANSFERABLE == 0) emit Locked(grantId);
        else emit Unlocked(grantId);
    }

    function _takeSerial(Offer calldata offer, bytes32 offerHash) private returns (uint32 serial) {
        OfferState storage state = _offers[offer.licensor][offerHash];
        if (state.cancelled) revert OfferIsCancelled(offerHash);
        if (state.issued >= offer.maxGrants) revert SoldOut(offerHash, offer.maxGrants);

        serial = state.issued + 1;
        state.issued = serial;
    }

    function _collect(address currency, uint256 price) private {
        if (currency == Currency.NATIVE_COIN || price == 0) return;

        uint256 expected = Currency.balance(currency, address(this)) + price;
        IERC20(currency).safeTransferFrom(msg.sender, address(this), price);
        uint256 actual = Currency.balance(currency, address(this));
        if (actual != expected) revert WrongTokenBalance(currency, expected, actual);
    }

    /// @dev Anybody may use a permit up before its owner does; what counts is the allowance, and the transfer tells.
    function _use(Permit calldata permit, address currency, uint256 price) private {
        if (currency.code.length == 0) revert NotAToken(currency);

        // solhint-disable no-empty-blocks
        try IERC20Permit(currency)
            .permit(msg.sender, address(this), price, permit.deadline, permit.v, permit.r, permit.s) { }
            catch { }
        // solhint-enable no-empty-blocks
    }

    function _requireVault() private view {
        if (msg.sender != address(vault)) revert NotRoyaltyVault(msg.sender);
    }

    function _requireUsable(uint256 grantId, address account) private view returns (uint64 end) {
        address holder;
        uint64 start;
        uint32 flags;
        (holder, start, end, flags) = grantOf(grantId);
        if (holder != account) revert NotGrantHolder(grantId, holder, account);
        if (block.timestamp >= end) revert GrantNotLive(grantId, start, end);
        // Flags are no time: nobody can shift them.
        // slither-disable-next-line incorrect-equality
        if (flags & Offers.DERIVATIVES == 0) revert DerivativesNotAllowed(grantId);
        if (flags & GrantFlags.BOUND != 0) revert GrantBound(grantId, boundTo[grantId]);
    }

    /// @dev The licensor's right to sell is the title, as it stands now.
    function _requireEntitled(Offer calldata offer) private view {
        // The title's date is no matter of a sale.
        // slither-disable-next-line unused-return
        (address holder,, uint32 series, uint32 flags) = registry.titleOf(offer.workId);
        if (holder != offer.licensor) revert NotTitleHolder(offer.workId, holder, offer.licensor);
        if (series != offer.series) revert SeriesChanged(offer.workId, series, offer.series);
        if (flags & STOPPED != 0) revert SalesStopped(offer.workId, flags);
        if (flags & TitleFlags.DISPUTED == 0) return;

        uint64 stoppedUntil = desk.salesStoppedUntil(offer.workId);
        if (block.timestamp < stoppedUntil) revert SalesStoppedUntil(offer.workId, stoppedUntil);
    }

    function _requireSigned(address licensor, bytes32 offerHash, bytes calldata signature) private view {
        if (licensor == msg.sender) return;

        bytes32 digest = _hashTypedDataV4(offerHash);
        if (!Signatures.isSignedBy(licensor, digest, signature)) revert InvalidSignature(licensor, digest);
    }

    /// @dev A token's price is drawn from the sender's allowance, so coin beside it could only be a mistake.
    function _requireValue(address currency, uint256 price) private view {
        bool native = currency == Currency.NATIVE_COIN;
        uint256 value = native ? price : 0;
        if (msg.value != value) revert WrongValue(value, msg.value);
        if (!native && currency.code.length == 0) revert NotAToken(currency);
    }

    function _requireLicensee(Offer calldata offer, address licensee) private pure {
        if (licensee == address(0)) revert ZeroLicensee();
        if (offer.licensee == address(0)) return;
        if (offer.licensee != licensee) revert LicenseeNotAllowed(offer.licensee, licensee);
    }

    function _endOf(uint40 start, uint64 duration) private pure returns (uint40) {
        return duration >= FOR_EVER - start ? FOR_EVER : start + uint40(duration);
    }
}
