// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeDesk } from "../src/DisputeDesk.sol";
import { LicenseLedger } from "../src/LicenseLedger.sol";
import { WorkRegistry } from "../src/WorkRegistry.sol";
import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";

/// @notice What is inside the registry, opened for proofs.
contract OpenRegistry is WorkRegistry {
    constructor()
        WorkRegistry(
            ICheckpointLog(address(0)),
            IDisputeDesk(address(0)),
            ILicenseLedger(address(0)),
            IRoyaltyVault(address(0))
        )
    { }

    function mint(address claimant, uint256 workId, uint64 date) external {
        _mintTitle(claimant, workId, date);
    }

    function lower(uint256 workId, uint64 date) external {
        _lowerDate(workId, date);
    }

    function advance(uint256 workId) external {
        _advanceSeries(workId);
    }

    function set(uint256 workId, uint32 flags) external {
        _setFlags(workId, flags);
    }
}

/// @notice What is inside the ledger, opened for proofs.
contract OpenLedger is LicenseLedger {
    constructor()
        LicenseLedger(IWorkRegistry(address(0)), IRoyaltyVault(address(0)), IDisputeDesk(address(0)))
    { }

    function mint(address licensee, uint256 grantId, uint40 start, uint40 end, uint32 flags) external {
        _mintGrant(licensee, grantId, start, end, flags);
    }

    function endNow(uint256 grantId) external {
        _endNow(grantId);
    }
}

/// @notice What is inside the desk, opened for proofs.
contract OpenDesk is DisputeDesk {
    constructor(Periods memory periods_)
        DisputeDesk(IWorkRegistry(address(0)), ILicenseLedger(address(0)), address(1), 0, periods_)
    { }

    function hold(uint256 workId, uint40 openedAt) external {
        _hold(workId, openedAt);
    }

    function freeze(uint256 workId) external {
        _freeze(workId);
    }
}

/// @notice What halmos proves for all values at once (`scripts/halmos.sh`). Forge runs none of these: it looks for `test`.
contract HalmosTest {
    uint256 private constant WORK = 1;
    uint256 private constant GRANT = 2;
    address private constant SOMEBODY = address(1);

    OpenRegistry private registry;
    OpenLedger private ledger;

    function setUp() public {
        registry = new OpenRegistry();
        ledger = new OpenLedger();
    }

    function check_anEffectiveDateNeverRisesAndNothingElseMoves(uint40 recorded, uint40 brought, uint16 flags)
        public
    {
        registry.mint(SOMEBODY, WORK, recorded);
        registry.advance(WORK);
        registry.set(WORK, flags);
        registry.lower(WORK, brought);
        (address holder, uint64 date, uint32 series, uint32 kept) = registry.titleOf(WORK);
        assert(date == (brought < recorded ? brought : recorded));
        assert(holder == SOMEBODY && series == 1 && kept == flags);
    }

    function check_aGrantsSlotKeepsWhatWasPutIn(uint40 start, uint40 end, uint16 flags) public {
        ledger.mint(SOMEBODY, GRANT, start, end, flags);
        (address holder, uint64 from, uint64 until, uint32 kept) = ledger.grantOf(GRANT);
        assert(holder == SOMEBODY && from == start && kept == flags);
        assert(until == (end == type(uint40).max ? type(uint64).max : end));
    }

    function check_endingAGrantLeavesItsPastAlone(uint40 start, uint40 end, uint40 present, uint40 time)
        public
    {
        // The last second that a slot can hold stands for never; no block will have it.
        vm.assume(start <= present && time < present && present < type(uint40).max);
        vm.warp(present);
        ledger.mint(SOMEBODY, GRANT, start, end, 0);
        bool before = ledger.isValidAt(GRANT, time);
        ledger.endNow(GRANT);
        assert(ledger.isValidAt(GRANT, time) == before);
        assert(!ledger.isValidAt(GRANT, present));
    }

    function check_noDisputeDelaysAPaymentByMoreThanTheCap(
        IDisputeDesk.Periods memory periods,
        uint40 paidAt,
        uint40 openedAt,
        uint40 openedNext
    ) public {
        vm.assume(periods.answer != 0 && periods.answer < periods.ruling);
        vm.assume(periods.ruling <= periods.hold && periods.escrow != 0);
        vm.assume(openedAt < type(uint40).max / 2 && openedNext < type(uint40).max / 2);
        OpenDesk desk = new OpenDesk(periods);
        uint64 due = uint64(paidAt) + periods.escrow;
        desk.hold(WORK, openedAt);
        desk.hold(WORK, openedNext);
        uint64 releasableAt = desk.releasableAt(WORK, paidAt);
        assert(releasableAt >= due);
        assert(releasableAt <= due + periods.hold);
        if (openedNext >= due) assert(releasableAt == due);
    }

    function check_openingFreezesSevenDaysInNinety(uint40 first, uint40 second) public {
        vm.assume(first != 0 && first <= second && second < type(uint40).max / 2);
        OpenDesk desk = new OpenDesk(IDisputeDesk.Periods(1, 2, 1, 2));
        vm.warp(first);
        desk.freeze(WORK);
        assert(desk.frozenUntil(WORK) == uint64(first) + 7 days);
        vm.warp(second);
        desk.freeze(WORK);
        bool again = second >= uint64(first) + 90 days;
        assert(desk.frozenUntil(WORK) == (again ? second : uint64(first)) + 7 days);
    }
}
