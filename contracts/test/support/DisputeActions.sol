// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { MoneyActions } from "./MoneyActions.sol";

/// @title Everything people and the arbiter do with disputes
/// @author Colophon
abstract contract DisputeActions is MoneyActions {
    /// @dev Watches what opening alone freezes: seven days, and not again within ninety.
    function openDispute(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        Work storage work = works[i];
        address opener = _person(seed, "opener");
        address assignee = _person(seed, "assignee");
        if (assignee == work.holder) assignee = address(0);
        uint64 before = DESK.frozenUntil(work.id);
        bytes32 evidence = keccak256(abi.encode("evidence", disputes.length));
        bool done = _pay(
            opener, address(DESK), BOND, abi.encodeCall(DESK.open, (work.id, "tag", evidence, assignee))
        );
        _tell(true, done);
        if (!done) return;

        bondsIn += BOND;
        uint64 until = DESK.frozenUntil(work.id);
        if (until > before) {
            bool soon = work.frozenFrom != 0 && _now() < work.frozenFrom + FREEZE_EVERY;
            if (soon || until > _now() + FREEZE) ++detentions;
        }
        if (work.frozenFrom == 0 || _now() >= work.frozenFrom + FREEZE_EVERY) work.frozenFrom = _now();
        disputes.push(
            Disputed({
                id: DESK.disputeIdOf(work.id, evidence, opener),
                work: i,
                openedAt: _now(),
                holder: work.holder,
                admitted: false,
                answered: false,
                ended: false,
                assignee: assignee,
                opener: opener
            })
        );
    }

    function admit(uint256 seed) external {
        uint256 i = _open(seed, false);
        if (i == disputes.length) return;
        Work storage work = works[disputes[i].work];
        bool allowed = _isDecidable(i) && _now() >= work.admittedUntil;
        bool done = _call(DESK.arbiter(), address(DESK), abi.encodeCall(DESK.admit, (disputes[i].id)));
        if (done) {
            disputes[i].admitted = true;
            work.admittedUntil = disputes[i].openedAt + RULING;
            work.flags |= 4;
        }
        _tell(allowed, done);
    }

    function answer(uint256 seed) external {
        uint256 i = _open(seed, _draw(seed, "admitted", 2) == 0);
        if (i == disputes.length) return;
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(disputes[i].id, bytes32(seed), DEADLINE);
        bytes memory signature = _sign(works[disputes[i].work].holder, DESK.answerDigest(statement));
        bool allowed = !disputes[i].answered && _now() < disputes[i].openedAt + ANSWERING;
        bool done = _call(STRANGER, address(DESK), abi.encodeCall(DESK.answerFor, (statement, signature)));
        if (done && disputes[i].answered) ++replays;
        if (done) disputes[i].answered = true;
        _tell(allowed, done);
    }

    /// @dev Waits for the time to answer to end, and lists up to two grants as given in bad faith.
    function rule(uint256 seed) external {
        uint256 i = _open(seed, true);
        if (i == disputes.length) return;
        _waitUntil(disputes[i].openedAt + ANSWERING);
        IDisputeDesk.Status outcome = _outcome(seed, i);
        uint256[] memory listed = _listed(seed, i, outcome);
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](listed.length);
        for (uint256 k = 0; k < listed.length; ++k) {
            sales[k] = _saleOf(listed[k]);
        }
        bool allowed = _isDecidable(i);
        bool done =
            _call(DESK.arbiter(), address(DESK), abi.encodeCall(DESK.rule, (disputes[i].id, outcome, sales)));
        if (done) _ruled(i, outcome, listed);
        _tell(allowed, done);
    }

    function lapse(uint256 seed) external {
        uint256 i = _open(seed, _draw(seed, "admitted", 2) == 0);
        if (i == disputes.length) return;
        if (seed % 3 == 0) _waitUntil(disputes[i].openedAt + RULING);
        bool done = _call(STRANGER, address(DESK), abi.encodeCall(DESK.lapse, (disputes[i].id)));
        if (done) disputes[i].ended = true;
        _tell(_now() >= disputes[i].openedAt + RULING, done);
    }

    function claimBonds(uint256 seed) external {
        address person = _person(seed, "owner");
        uint256 before = person.balance;
        bool done = _call(STRANGER, address(DESK), abi.encodeCall(DESK.claimBonds, (person, person)));
        bondsOut += person.balance - before;
        _tell(true, done);
    }

    function _ruled(uint256 i, IDisputeDesk.Status outcome, uint256[] memory listed) private {
        Work storage work = works[disputes[i].work];
        disputes[i].ended = true;
        if (disputes[i].admitted) work.admittedUntil = _now();
        if (outcome == IDisputeDesk.Status.Dismissed) return;

        work.upheldAt = _now();
        for (uint256 k = 0; k < listed.length; ++k) {
            _ended(listed[k]);
        }
        if (outcome == IDisputeDesk.Status.Upheld) work.flags |= 8;
        if (outcome != IDisputeDesk.Status.Assigned) return;
        work.flags = (work.flags & ~uint32(9)) | 16;
        _moved(work, disputes[i].assignee);
        tables[disputes[i].work].push(_noTable(disputes[i].work));
    }

    function _outcome(uint256 seed, uint256 i) private view returns (IDisputeDesk.Status) {
        uint256 drawn = _draw(seed, "outcome", 4);
        if (!disputes[i].admitted || drawn == 0) return IDisputeDesk.Status.Dismissed;
        if (drawn == 1 || disputes[i].assignee == address(0)) return IDisputeDesk.Status.Upheld;
        return IDisputeDesk.Status.Assigned;
    }

    function _listed(uint256 seed, uint256 i, IDisputeDesk.Status outcome)
        private
        view
        returns (uint256[] memory listed)
    {
        if (outcome == IDisputeDesk.Status.Dismissed || seed % 2 == 0) return new uint256[](0);

        uint256[2] memory found;
        uint256 count;
        for (uint256 k = sold.length; k > 0 && count < 2; --k) {
            if (sold[k - 1].work == disputes[i].work) found[count++] = k - 1;
        }
        listed = new uint256[](count);
        for (uint256 k = 0; k < count; ++k) {
            listed[k] = found[k];
        }
    }

    function _isDecidable(uint256 i) private view returns (bool) {
        if (_now() >= disputes[i].openedAt + RULING) return false;
        return works[disputes[i].work].holder == disputes[i].holder;
    }

    /// @dev One that has not ended, the newest first, since the others may have moved on; the number of all for none.
    function _open(uint256 seed, bool admitted) private view returns (uint256 found) {
        found = disputes.length;
        uint256 passedOver = _draw(seed, "dispute", 3);
        for (uint256 k = disputes.length; k > 0; --k) {
            if (disputes[k - 1].ended || disputes[k - 1].admitted != admitted) continue;
            found = k - 1;
            if (passedOver == 0) return found;
            --passedOver;
        }
    }
}
