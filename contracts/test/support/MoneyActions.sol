// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../../src/interfaces/IRoyaltyVault.sol";
import { SaleActions } from "./SaleActions.sol";

/// @title Everything that moves money on
/// @author Colophon
/// @notice What was moved is measured at the receiver, never taken from what the contracts say.
abstract contract MoneyActions is SaleActions {
    uint32 private constant BOUND = 128;

    IRoyaltyVault.ShareTable[] internal consented;
    mapping(uint256 index => bytes[] signatures) internal consents;

    /// @dev Each sale is listed twice: the second must change nothing.
    function release(uint256 seed) external {
        uint256 i = _escrowed(seed);
        if (i == sold.length) return;
        uint64 paidAt = sold[i].start;
        uint64 due = DESK.releasableAt(works[sold[i].work].id, paidAt);
        if (_draw(seed, "wait", 2) == 0) _waitUntil(due < _latest(i) ? _latest(i) : due);
        bool done = _release(i);
        if (!done && _now() >= _latest(i)) ++delays;
        _tell(_now() >= due, done);
    }

    function refund(uint256 seed) external {
        uint256 i = _escrowed(seed);
        for (uint256 k = 0; k < sold.length && !_isRefundable(i); ++k) {
            i = (i + 1) % sold.length;
        }
        if (!_isRefundable(i)) return;
        _tell(true, _refund(i, _person(seed, "receiver")));
    }

    /// @dev Whatever has become of the money: nobody can have it a second time.
    function takeTwice(uint256 seed) external {
        if (sold.length == 0) return;
        uint256 i = _draw(seed, "sold", sold.length);
        if (sold[i].money == Money.Escrowed) return;
        _refund(i, STRANGER);
        _release(i);
        _tell(true, true);
    }

    function distribute(uint256 seed) external {
        address currency = _currency(seed);
        uint256 from = _draw(seed, "work", works.length);
        for (uint256 k = 0; k < works.length; ++k) {
            Work storage work = works[(from + k) % works.length];
            if (VAULT.receivedOf(work.id, currency) == 0) continue;
            bool done = _call(STRANGER, address(VAULT), abi.encodeCall(VAULT.distribute, (work.id, currency)));
            _tell(_now() >= work.admittedUntil, done);
            return;
        }
    }

    /// @dev Some of the people, in order, each with a share; everybody in the table before signs too.
    function setShares(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        uint256 chosen = _draw(seed, "chosen", 1 << PEOPLE);
        IRoyaltyVault.ShareTable memory table = _table(seed, i, chosen);
        uint256 signers = chosen | _membersOf(_currentTable(i));
        bytes32 digest = VAULT.sharesDigest(table);
        bytes[] memory signatures = new bytes[](_count(signers));
        uint256 next;
        for (uint256 k = 0; k < PEOPLE; ++k) {
            if (signers >> k & 1 == 1) signatures[next++] = _sign(people[k], digest);
        }
        bytes memory consent = _sign(works[i].holder, digest);
        bool done = _call(
            STRANGER,
            address(VAULT),
            abi.encodeCall(VAULT.setShares, (table, _currentTable(i), consent, signatures))
        );
        if (done) tables[i].push(table);
        _tell(true, done);
    }

    /// @dev Half of the time a row that is owed something, if there is one: most are owed nothing.
    function claim(uint256 seed) external {
        address currency = _currency(seed);
        bool owed = _draw(seed, "owed", 2) == 0;
        uint256 from = _draw(seed, "work", works.length);
        for (uint256 k = 0; k < works.length; ++k) {
            uint256 i = (from + k) % works.length;
            IRoyaltyVault.ShareTable memory table = _tableAt(i, _draw(seed, "epoch", tables[i].length + 1));
            if (table.contributors.length == 0) continue;
            uint256 row = _draw(seed, "row", table.contributors.length);
            if (owed && VAULT.owedTo(table, row, currency) == 0) continue;
            _tell(true, _claim(i, table, row, currency));
            return;
        }
    }

    function claimRemainder(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        IRoyaltyVault.ShareTable memory table = _tableAt(i, _draw(seed, "epoch", tables[i].length + 1));
        address currency = _currency(seed);
        uint256 before = _balance(currency, works[i].holder);
        bool done = _call(
            STRANGER, address(VAULT), abi.encodeCall(VAULT.claimRemainder, (table, currency, works[i].holder))
        );
        uint256 amount = _balance(currency, works[i].holder) - before;
        _took(_rowKey(i, table.epoch, currency, address(0)), currency, amount);
        _tell(true, done);
    }

    function claimCarried(uint256 seed) external {
        address person = _person(seed, "carrier");
        address currency = _currency(seed);
        uint256 before = _balance(currency, person);
        bool done =
            _call(STRANGER, address(VAULT), abi.encodeCall(VAULT.claimCarried, (person, currency, person)));
        claimedOf[currency] += _balance(currency, person) - before;
        _tell(true, done);
    }

    function _claim(uint256 i, IRoyaltyVault.ShareTable memory table, uint256 row, address currency)
        private
        returns (bool done)
    {
        address account = table.contributors[row];
        uint256 before = _balance(currency, account);
        done = _call(STRANGER, address(VAULT), abi.encodeCall(VAULT.claim, (table, row, currency, account)));
        _took(_rowKey(i, table.epoch, currency, account), currency, _balance(currency, account) - before);
    }

    function _release(uint256 i) private returns (bool done) {
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](2);
        (sales[0], sales[1]) = (_saleOf(i), _saleOf(i));
        address currency = sales[0].offer.currency;
        uint256 before = _balance(currency, address(VAULT));
        done = _call(STRANGER, address(VAULT), abi.encodeCall(VAULT.release, (sales)));
        uint256 amount = _balance(currency, address(VAULT)) - before;
        sold[i].paidOut += amount;
        released[currency] += amount;
        if (done && sold[i].money == Money.Escrowed) sold[i].money = Money.Released;
    }

    function _refund(uint256 i, address receiver) private returns (bool done) {
        ILicenseLedger.Sale memory sale = _saleOf(i);
        address currency = sale.offer.currency;
        uint256 before = _balance(currency, receiver);
        address holder = LEDGER.ownerOf(sold[i].grantId);
        done = _call(holder, address(LEDGER), abi.encodeCall(LEDGER.refund, (sale, receiver)));
        uint256 amount = _balance(currency, receiver) - before;
        sold[i].paidOut += amount;
        refunded[currency] += amount;
        if (!done) return false;

        sold[i].money = Money.Refunded;
        _ended(i);
    }

    function _ended(uint256 i) internal {
        if (_now() < sold[i].end) sold[i].end = _now();
    }

    function _took(bytes32 row, address currency, uint256 amount) private {
        claimed[row] += amount;
        claimedOf[currency] += amount;
    }

    /// @dev When a payment has to be releasable, whatever is open.
    function _latest(uint256 i) internal view returns (uint64 time) {
        Work storage work = works[sold[i].work];
        time = sold[i].start + ESCROW;
        if (work.admittedUntil == 0) return time;
        time += HOLD;
        if (work.upheldAt == 0) return time;
        uint64 latest = time + REFUND;
        if (time < work.upheldAt + REFUND) time = work.upheldAt + REFUND;
        if (latest < time) time = latest;
    }

    function _escrowed(uint256 seed) private view returns (uint256 i) {
        if (sold.length == 0) return 0;
        uint256 from = _draw(seed, "sold", sold.length);
        for (uint256 k = 0; k < sold.length; ++k) {
            i = (from + k) % sold.length;
            if (sold[i].money == Money.Escrowed) return i;
        }
        return sold.length;
    }

    function _isRefundable(uint256 i) private view returns (bool) {
        if (i >= sold.length || sold[i].money != Money.Escrowed) return false;
        if (LEDGER.boundTo(sold[i].grantId) != 0) return false;
        (,,, uint32 flags) = LEDGER.grantOf(sold[i].grantId);
        return flags & BOUND == 0 && _now() < DESK.refundableUntil(works[sold[i].work].id, sold[i].start);
    }

    function _table(uint256 seed, uint256 i, uint256 chosen)
        private
        view
        returns (IRoyaltyVault.ShareTable memory table)
    {
        table = _noTable(i);
        table.series = works[i].series;
        table.deadline = DEADLINE;
        table.contributors = new address[](_count(chosen));
        table.bps = new uint16[](table.contributors.length);
        uint256 next;
        for (uint256 k = 0; k < PEOPLE; ++k) {
            if (chosen >> k & 1 == 0) continue;
            table.contributors[next] = people[k];
            table.bps[next++] = uint16(1 + uint256(keccak256(abi.encode(seed, k))) % 2000);
        }
    }

    /// @dev What stands for the time after a ruling has given the title away.
    function _noTable(uint256 i) internal view returns (IRoyaltyVault.ShareTable memory table) {
        (table.workId, table.epoch) = (works[i].id, uint32(tables[i].length + 1));
    }

    function _currentTable(uint256 i) internal view returns (IRoyaltyVault.ShareTable memory) {
        return _tableAt(i, tables[i].length);
    }

    /// @dev The table of epoch zero is empty and nobody set it.
    function _tableAt(uint256 i, uint256 epoch)
        internal
        view
        returns (IRoyaltyVault.ShareTable memory table)
    {
        if (epoch != 0) return tables[i][epoch - 1];
        table.workId = works[i].id;
    }

    function _membersOf(IRoyaltyVault.ShareTable memory table) private view returns (uint256 members) {
        for (uint256 k = 0; k < PEOPLE; ++k) {
            for (uint256 row = 0; row < table.contributors.length; ++row) {
                if (table.contributors[row] == people[k]) members |= 1 << k;
            }
        }
    }

    function _count(uint256 members) private pure returns (uint256 count) {
        for (; members != 0; members &= members - 1) {
            ++count;
        }
    }
}
