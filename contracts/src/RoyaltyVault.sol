// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { Derivatives } from "./Derivatives.sol";
import { ShareTables } from "./ShareTables.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "./interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Currency } from "./libraries/Currency.sol";
import { Offers } from "./libraries/Offers.sol";

/// @title RoyaltyVault
/// @author Colophon
/// @notice Running totals in, pull payments out.
contract RoyaltyVault is Derivatives, ReentrancyGuardTransient {
    /// @dev Whose row the title's holder claims: the work's, so nobody's.
    address private constant THE_WORK = address(0);

    mapping(uint256 workId => mapping(uint32 epoch => mapping(address currency => uint256 total))) private
        _revenue;
    mapping(
        uint256 workId
            => mapping(uint32 epoch => mapping(address currency => mapping(address account => uint256 taken)))
    ) private _taken;
    mapping(uint256 workId => mapping(address currency => uint256 amount)) private _received;
    mapping(address carrier => mapping(address currency => uint256 amount)) private _carried;

    /// @notice Open a vault for the payments of one ledger.
    /// @param registry_ The registry whose titles' revenue is held.
    /// @param ledger_ The ledger that payments come from.
    constructor(IWorkRegistry registry_, ILicenseLedger ledger_)
        ShareTables(registry_)
        Derivatives(ledger_)
    { }

    /// @notice Coin comes from the ledger alone, with a release.
    receive() external payable {
        if (msg.sender != address(ledger)) revert NotLicenseLedger(msg.sender);
    }

    /// @inheritdoc IRoyaltyVault
    function release(ILicenseLedger.Sale[] calldata sales) external nonReentrant {
        for (uint256 i = 0; i < sales.length; ++i) {
            // A token that comes back here finds the lock; the view functions show what is divided so far.
            // slither-disable-next-line reentrancy-no-eth,reentrancy-events
            uint256 gross = _fetch(sales[i]);
            if (gross != 0) _divide(sales[i], gross);
        }
    }

    /// @inheritdoc IRoyaltyVault
    function distribute(uint256 workId, address currency) external nonReentrant returns (uint256 gross) {
        gross = _received[workId][currency];
        if (gross == 0) return 0;
        uint64 heldUntil = registry.desk().salesStoppedUntil(workId);
        if (block.timestamp < heldUntil) revert RevenueHeld(workId, heldUntil);

        _received[workId][currency] = 0;
        uint256 rest = _payParents(workId, currency, gross, gross);
        uint32 epoch = _share(workId, currency, rest);
        emit RoyaltiesDistributed(workId, currency, epoch, gross, gross - rest, rest);
    }

    /// @inheritdoc IRoyaltyVault
    function claim(ShareTable calldata table, uint256 row, address currency, address receiver)
        external
        nonReentrant
        returns (uint256 amount)
    {
        _requireRow(table, row);
        address account = table.contributors[row];
        _requireReceiver(account, receiver);
        mapping(address account => uint256 amount) storage taken = _taken[table.workId][table.epoch][currency];
        uint256 earned = _earned(table, currency, table.bps[row]);
        amount = earned - taken[account];
        if (amount == 0) return 0;

        taken[account] = earned;
        emit ShareClaimed(table.workId, account, currency, table.epoch, receiver, amount);
        Currency.pay(currency, receiver, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claimRemainder(ShareTable calldata table, address currency, address receiver)
        external
        nonReentrant
        returns (uint256 amount)
    {
        amount = remainderOf(table, currency);
        address holder = _holderOf(table.workId);
        _requireReceiver(holder, receiver);
        // A market that holds the title for its seller could not pass the money on.
        if (holder.code.length != 0 && holder != msg.sender) revert NotOwnMoney(holder, msg.sender);
        if (amount == 0) return 0;

        _taken[table.workId][table.epoch][currency][THE_WORK] += amount;
        emit RemainderClaimed(table.workId, holder, currency, table.epoch, receiver, amount);
        Currency.pay(currency, receiver, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function claimCarried(address carrier, address currency, address receiver)
        external
        nonReentrant
        returns (uint256 amount)
    {
        amount = _carried[carrier][currency];
        _requireReceiver(carrier, receiver);
        if (amount == 0) return 0;

        _carried[carrier][currency] = 0;
        emit CarrierPaid(carrier, currency, receiver, amount);
        Currency.pay(currency, receiver, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function owedTo(ShareTable calldata table, uint256 row, address currency)
        public
        view
        returns (uint256 amount)
    {
        _requireRow(table, row);

        return _owed(table, currency, table.contributors[row], table.bps[row]);
    }

    /// @inheritdoc IRoyaltyVault
    function remainderOf(ShareTable calldata table, address currency) public view returns (uint256 amount) {
        _requireTable(table);

        return _owed(table, currency, THE_WORK, Offers.BPS - _sharedBps(table));
    }

    /// @inheritdoc IRoyaltyVault
    function owedToCarrier(address carrier, address currency) external view returns (uint256 amount) {
        return _carried[carrier][currency];
    }

    /// @inheritdoc IRoyaltyVault
    function receivedOf(uint256 workId, address currency) external view returns (uint256 amount) {
        return _received[workId][currency];
    }

    /// @inheritdoc IRoyaltyVault
    function revenueOf(uint256 workId, uint32 epoch, address currency)
        external
        view
        returns (uint256 amount)
    {
        return _revenue[workId][epoch][currency];
    }

    /// @dev What the ledger says it sent must have come: a token that keeps some back may not make others pay for it.
    function _fetch(ILicenseLedger.Sale calldata sale) private returns (uint256 gross) {
        address currency = sale.offer.currency;
        // Who releases lists the sales, and one that is not due must stop the call.
        // slither-disable-next-line calls-loop
        if (currency == Currency.NATIVE_COIN) return ledger.release(sale);

        uint256 before = Currency.balance(currency, address(this));
        // The same.
        // slither-disable-next-line calls-loop
        gross = ledger.release(sale);
        uint256 actual = Currency.balance(currency, address(this));
        if (actual != before + gross) revert WrongTokenBalance(currency, before + gross, actual);
    }

    function _divide(ILicenseLedger.Sale calldata sale, uint256 gross) private {
        ILicenseLedger.Offer calldata offer = sale.offer;
        uint256 carried = gross * offer.carrierBps / Offers.BPS;
        if (carried != 0) {
            _carried[offer.carrier][offer.currency] += carried;
            emit CarrierCredited(offer.carrier, offer.currency, carried);
        }
        uint256 rest = _payParents(offer.workId, offer.currency, gross, gross - carried);
        uint32 epoch = _share(offer.workId, offer.currency, rest);
        // Pure functions of our own ledger.
        // slither-disable-next-line calls-loop
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(offer), sale.serial);
        emit RevenueReleased(
            grantId, offer.workId, offer.currency, epoch, gross, carried, gross - carried - rest, rest
        );
    }

    /// @dev Each parent's part is of the whole. A link that was made after the sale cannot pay more than is left.
    function _payParents(uint256 workId, address currency, uint256 gross, uint256 left)
        private
        returns (uint256 rest)
    {
        rest = left;
        Link[] storage links = _linksOf(workId);
        for (uint256 i = 0; i < links.length; ++i) {
            uint256 royalty = gross * links[i].royaltyBps / Offers.BPS;
            if (royalty > rest) royalty = rest;
            if (royalty == 0) continue;
            uint256 parent = links[i].parent;
            rest -= royalty;
            _received[parent][currency] += royalty;
            emit RoyaltyReceived(parent, workId, currency, royalty);
        }
    }

    function _share(uint256 workId, address currency, uint256 rest) private returns (uint32 epoch) {
        epoch = epochOf[workId];
        _revenue[workId][epoch][currency] += rest;
    }

    function _owed(ShareTable calldata table, address currency, address account, uint256 bps)
        private
        view
        returns (uint256 amount)
    {
        return _earned(table, currency, bps) - _taken[table.workId][table.epoch][currency][account];
    }

    /// @dev Rounded down: the rows of a table together never pass the revenue they share.
    function _earned(ShareTable calldata table, address currency, uint256 bps)
        private
        view
        returns (uint256 amount)
    {
        return _revenue[table.workId][table.epoch][currency] * bps / Offers.BPS;
    }

    function _requireRow(ShareTable calldata table, uint256 row) private view {
        _requireTable(table);
        if (row >= table.contributors.length) revert UnknownRow(row, table.contributors.length);
    }

    function _requireReceiver(address account, address receiver) private view {
        if (receiver == address(0)) revert ZeroReceiver();
        if (receiver == account || msg.sender == account) return;
        if (registry.successorOf(account) != msg.sender) revert NotOwnMoney(account, msg.sender);
    }
}
