// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { CoinlessERC721 } from "./CoinlessERC721.sol";
import { Takings } from "./Takings.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { DataURI } from "./libraries/DataURI.sol";
import { Offers } from "./libraries/Offers.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";

/// @title LicenseLedger
/// @author Colophon
/// @notice Signed offers in, ERC-721 grants out; the price is held for whoever holds the title.
contract LicenseLedger is Takings, CoinlessERC721, EIP712 {
    struct OfferState {
        uint32 issued;
        bool cancelled;
    }

    struct Exclusivity {
        uint40 liveUntil;
        uint40 exclusiveUntil;
    }

    bytes4 private constant ERC5192_INTERFACE_ID = 0xb45a3c0e;

    uint40 private constant FOR_EVER = type(uint40).max;

    // A grant is one slot: holder 160 | start 40 | end 40 | flags 16 bits, lowest first. The upper 96 are Solady's
    // extra data, which survives transfers. An end of all ones is perpetual.
    uint96 private constant END_OFFSET = 40;
    uint96 private constant FLAGS_OFFSET = 80;

    mapping(address licensor => mapping(bytes32 offerHash => OfferState state)) private _offers;
    mapping(uint256 workId => Exclusivity exclusivity) private _exclusivity;

    /// @notice Open a ledger for the titles of one registry.
    /// @param registry_ The registry.
    constructor(IWorkRegistry registry_) Takings(registry_) EIP712("Colophon LicenseLedger", "1") { }

    /// @inheritdoc ILicenseLedger
    function purchase(Offer calldata offer, bytes calldata signature, address licensee, uint256 maxPrice)
        external
        payable
        nonReentrant
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
        uint40 end = _endOf(start, offer.duration);
        _occupy(offer, start, end);
        _owe(offer);
        grantId = grantIdOf(offerHash, serial);
        // The unchecked form, because its one write sets owner and dates together; a serial is used only once.
        _mintAndSetExtraDataUnchecked(licensee, grantId, _packed(start, end, offer.flags));

        _announce(offer, offerHash, serial, grantId, licensee, start, end);
        _collect(offer.currency, offer.price);
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
    function isValidAt(uint256 grantId, uint64 time) external view returns (bool valid) {
        (uint64 start, uint64 end,) = _unpacked(grantId);
        if (!_exists(grantId) || time < start) return false;

        return end == type(uint64).max || time < end;
    }

    /// @inheritdoc ILicenseLedger
    function grantOf(uint256 grantId)
        public
        view
        returns (address holder, uint64 start, uint64 end, uint32 flags)
    {
        holder = _ownerOf(grantId);
        if (holder == address(0)) revert UnknownGrant(grantId);
        (start, end, flags) = _unpacked(grantId);
    }

    /// @inheritdoc ILicenseLedger
    function locked(uint256 tokenId) external view returns (bool) {
        (,,, uint32 flags) = grantOf(tokenId);
        return flags & Offers.TRANSFERABLE == 0;
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
    function exclusivityOf(uint256 workId) external view returns (uint64 liveUntil, uint64 exclusiveUntil) {
        Exclusivity storage exclusivity = _exclusivity[workId];
        return (_widened(exclusivity.liveUntil), _widened(exclusivity.exclusiveUntil));
    }

    /// @inheritdoc ILicenseLedger
    function offerHashOf(Offer calldata offer) external pure returns (bytes32 offerHash) {
        return Statements.hash(offer);
    }

    /// @inheritdoc ILicenseLedger
    function grantIdOf(bytes32 offerHash, uint32 serial) public pure returns (uint256 grantId) {
        return uint256(keccak256(abi.encode(offerHash, serial)));
    }

    /// @inheritdoc ILicenseLedger
    function offerDigest(Offer calldata offer) external view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(offer));
    }

    /// @notice Name of the collection of grants.
    /// @return The name.
    function name() public pure override returns (string memory) {
        return "Colophon Grant";
    }

    /// @notice Symbol of the collection of grants.
    /// @return The symbol.
    function symbol() public pure override returns (string memory) {
        return "GRANT";
    }

    /// @notice What storage holds about a grant, as a JSON document in a data URI.
    /// @param id The grant.
    /// @return The data URI.
    function tokenURI(uint256 id) public view override returns (string memory) {
        (, uint64 start, uint64 end, uint32 flags) = grantOf(id);
        string[] memory attributes = new string[](3);
        attributes[0] = DataURI.date("Start", start);
        attributes[1] = end == type(uint64).max ? DataURI.text("End", "perpetual") : DataURI.date("End", end);
        attributes[2] = DataURI.number("Flags", flags);
        return DataURI.document("Colophon Grant", "A licence, issued under signed terms.", id, attributes);
    }

    /// @notice Which interfaces this contract has (ERC-165).
    /// @param interfaceId The interface asked for.
    /// @return Whether it has it: ERC-165, ERC-721, its metadata, ERC-5192.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == ERC5192_INTERFACE_ID || super.supportsInterface(interfaceId);
    }

    /// @dev The licensor's right to sell is the title, as it stands now.
    function _requireEntitled(Offer calldata offer) private view {
        (address holder,, uint32 series,) = registry.titleOf(offer.workId);
        if (holder != offer.licensor) revert NotTitleHolder(offer.workId, holder, offer.licensor);
        if (series != offer.series) revert SeriesChanged(offer.workId, series, offer.series);
    }

    function _requireSigned(address licensor, bytes32 offerHash, bytes calldata signature) private view {
        if (licensor == msg.sender) return;

        bytes32 digest = _hashTypedDataV4(offerHash);
        if (!Signatures.isSignedBy(licensor, digest, signature)) revert InvalidSignature(licensor, digest);
    }

    function _requireLicensee(Offer calldata offer, address licensee) private pure {
        if (licensee == address(0)) revert ZeroLicensee();
        if (offer.licensee == address(0)) return;
        if (offer.licensee != licensee) revert LicenseeNotAllowed(offer.licensee, licensee);
    }

    function _takeSerial(Offer calldata offer, bytes32 offerHash) private returns (uint32 serial) {
        OfferState storage state = _offers[offer.licensor][offerHash];
        if (state.cancelled) revert OfferIsCancelled(offerHash);
        if (state.issued >= offer.maxGrants) revert SoldOut(offerHash, offer.maxGrants);

        serial = state.issued + 1;
        state.issued = serial;
    }

    /// @dev Two numbers a work are enough: grants start now, so only the latest end of each kind can collide.
    function _occupy(Offer calldata offer, uint40 start, uint40 end) private {
        Exclusivity memory before = _exclusivity[offer.workId];
        bool exclusive = offer.flags & Offers.EXCLUSIVE != 0;
        if (start < before.exclusiveUntil) {
            revert ExclusiveUntil(offer.workId, _widened(before.exclusiveUntil));
        }
        if (exclusive && start < before.liveUntil) {
            revert GrantsLiveUntil(offer.workId, _widened(before.liveUntil));
        }

        _exclusivity[offer.workId] = Exclusivity({
            liveUntil: end > before.liveUntil ? end : before.liveUntil,
            exclusiveUntil: exclusive ? end : before.exclusiveUntil
        });
    }

    function _announce(
        Offer calldata offer,
        bytes32 offerHash,
        uint32 serial,
        uint256 grantId,
        address licensee,
        uint40 start,
        uint40 end
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
            _widened(end),
            offer.flags
        );
        if (offer.flags & Offers.TRANSFERABLE == 0) emit Locked(grantId);
        else emit Unlocked(grantId);
    }

    function _beforeTokenTransfer(address from, address, uint256 id) internal view override {
        if (from == address(0)) return;

        (,, uint32 flags) = _unpacked(id);
        if (flags & Offers.TRANSFERABLE == 0) revert GrantLocked(id);
    }

    function _unpacked(uint256 grantId) private view returns (uint64 start, uint64 end, uint32 flags) {
        uint96 data = _getExtraData(grantId);
        start = uint40(data);
        end = _widened(uint40(data >> END_OFFSET));
        flags = uint32(data >> FLAGS_OFFSET);
    }

    function _packed(uint40 start, uint40 end, uint32 flags) private pure returns (uint96 data) {
        return uint96(start) | (uint96(end) << END_OFFSET) | (uint96(flags) << FLAGS_OFFSET);
    }

    function _endOf(uint40 start, uint64 duration) private pure returns (uint40 end) {
        return duration >= FOR_EVER - start ? FOR_EVER : start + uint40(duration);
    }

    /// @dev Outside a slot, perpetual is the maximum of the wider type that everybody sees.
    function _widened(uint40 time) private pure returns (uint64) {
        return time == FOR_EVER ? type(uint64).max : time;
    }
}
