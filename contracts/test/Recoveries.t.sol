// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice Whom a lost account named takes over what it still holds, and only after it had time to object.
contract RecoveriesTest is Scene {
    uint32 private constant DELAY = 30 days;
    uint32 private constant SHORTEST = 7 days;
    uint64 private constant COMPLETE = NOW + DELAY;

    address private successor = address(0x5CC);
    uint256[] private works;

    function setUp() public override {
        super.setUp();
        works.push(_registered("first"));
        works.push(_registered("second"));
    }

    function test_namingASuccessorTakesNothingYet() public {
        vm.expectEmit(address(registry));
        emit IWorkRegistry.RecoverySet(creator, successor, DELAY);
        _set(successor, DELAY);
        _requireRecovery(successor, DELAY, 0);
        vm.assertEq(registry.successorOf(creator), address(0));
    }

    function testFuzz_aDelayTooShortToObjectInIsRefused(uint32 delay) public {
        if (delay < SHORTEST) {
            vm.expectRevert(
                abi.encodeWithSelector(IWorkRegistry.RecoveryDelayTooShort.selector, delay, SHORTEST)
            );
        }
        _set(successor, delay);
    }

    function test_aWeekIsLongEnoughAndNobodyNeedsNoDelay() public {
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.RecoveryDelayTooShort.selector, SHORTEST - 1, SHORTEST)
        );
        _set(successor, SHORTEST - 1);
        _set(successor, SHORTEST);
        _requireRecovery(successor, SHORTEST, 0);
        _set(address(0), 0);
        _requireRecovery(address(0), 0, 0);
    }

    function test_aLostAccountsTitlesGoToItsSuccessor() public {
        _set(successor, DELAY);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.RecoveryStarted(creator, successor, COMPLETE);
        _start(successor);
        _requireRecovery(successor, DELAY, NOW);

        vm.warp(COMPLETE);
        vm.assertEq(registry.successorOf(creator), successor);
        for (uint256 i = 0; i < works.length; ++i) {
            vm.expectEmit(address(registry));
            emit IWorkRegistry.SeriesAdvanced(works[i], 1);
        }
        _recover(successor);
        for (uint256 i = 0; i < works.length; ++i) {
            vm.assertEq(registry.ownerOf(works[i]), successor);
            vm.assertEq(registry.seriesOf(works[i]), 1);
            vm.assertEq(registry.effectiveDateOf(works[i]), NOW);
        }
        vm.assertEq(registry.balanceOf(creator), 0);
        vm.assertEq(registry.balanceOf(successor), works.length);
    }

    function test_aRecoveredTitleForgetsWhoMightHaveMovedIt() public {
        vm.prank(creator);
        registry.approve(stranger, works[0]);
        _completed();
        _recover(successor);
        vm.assertEq(registry.getApproved(works[0]), address(0));
    }

    function test_aRecoveredTitleKeepsItsFlags() public {
        vm.prank(creator);
        registry.retract(works[0]);
        _completed();
        _recover(successor);
        (,,, uint32 flags) = registry.titleOf(works[0]);
        vm.assertEq(flags, 1);
    }

    function test_nobodyTakesOverBeforeTheTimeToObjectIsOver() public {
        _set(successor, DELAY);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotStarted.selector, creator));
        _recover(successor);

        _start(successor);
        vm.warp(COMPLETE - 1);
        vm.assertEq(registry.successorOf(creator), address(0));
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotComplete.selector, creator, COMPLETE));
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[0]), creator);
    }

    function test_theOwnerWinsARaceInTheLastSecond() public {
        _set(successor, DELAY);
        _start(successor);
        vm.warp(COMPLETE - 1);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.RecoveryCancelled(creator);
        vm.prank(creator);
        registry.cancelRecovery();
        _requireRecovery(successor, DELAY, 0);

        vm.warp(COMPLETE);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotStarted.selector, creator));
        _recover(successor);
        vm.assertEq(registry.successorOf(creator), address(0));
    }

    function test_afterAnObjectionTheWholeDelayRunsAgain() public {
        _set(successor, DELAY);
        _start(successor);
        vm.warp(COMPLETE - 1);
        vm.prank(creator);
        registry.cancelRecovery();
        _start(successor);
        vm.warp(COMPLETE);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.RecoveryNotComplete.selector, creator, COMPLETE - 1 + DELAY)
        );
        _recover(successor);
    }

    function test_theOwnerLosesARaceASecondLater() public {
        _completed();
        bytes memory refusal =
            abi.encodeWithSelector(IWorkRegistry.RecoveryIsComplete.selector, creator, COMPLETE);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.cancelRecovery();
        vm.expectRevert(refusal);
        _set(stranger, DELAY);
        vm.expectRevert(refusal);
        _set(address(0), 0);
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[0]), successor);
    }

    function test_titlesThatTheOwnerMovedAwayInTimeArePassedOver() public {
        _set(successor, DELAY);
        _start(successor);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, works[0]);
        vm.warp(COMPLETE);
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[0]), buyer);
        vm.assertEq(registry.seriesOf(works[0]), 1);
        vm.assertEq(registry.ownerOf(works[1]), successor);
    }

    function test_unknownWorksAndRepetitionsArePassedOver() public {
        _completed();
        works = [works[0], 42, works[0]];
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[0]), successor);
        vm.assertEq(registry.seriesOf(works[0]), 1);
    }

    function test_aCompleteRecoveryIsFinalForWhatTheAccountReceivesLater() public {
        _completed();
        uint256 late = _registered("late");
        works = [late];
        _recover(successor);
        vm.assertEq(registry.ownerOf(late), successor);
    }

    function test_aRecoveryIsNotStartedTwice() public {
        _set(successor, DELAY);
        _start(successor);
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.RecoveryAlreadyStarted.selector, creator);
        vm.warp(NOW + 1);
        vm.expectRevert(refusal);
        _start(successor);
        vm.warp(COMPLETE);
        vm.expectRevert(refusal);
        _start(successor);
        _requireRecovery(successor, DELAY, NOW);
    }

    function test_aStrangerNeitherStartsNorRecovers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotSuccessor.selector, creator, address(0), stranger)
        );
        _start(stranger);

        bytes memory refusal =
            abi.encodeWithSelector(IWorkRegistry.NotSuccessor.selector, creator, successor, stranger);
        _set(successor, DELAY);
        vm.expectRevert(refusal);
        _start(stranger);
        _start(successor);
        vm.warp(COMPLETE);
        vm.expectRevert(refusal);
        _recover(stranger);
    }

    function test_onlyTheAccountItselfObjects() public {
        _set(successor, DELAY);
        _start(successor);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotStarted.selector, successor));
        vm.prank(successor);
        registry.cancelRecovery();
        _requireRecovery(successor, DELAY, NOW);
    }

    function test_withoutARecoveryThereIsNothingToObjectTo() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotStarted.selector, creator));
        vm.prank(creator);
        registry.cancelRecovery();
    }

    function test_namingAnotherSuccessorEndsARecoveryUnderWay() public {
        _set(successor, DELAY);
        _start(successor);
        vm.warp(COMPLETE - 1);
        _set(stranger, DELAY);
        _requireRecovery(stranger, DELAY, 0);

        vm.warp(COMPLETE);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotSuccessor.selector, creator, stranger, successor)
        );
        _recover(successor);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.RecoveryNotStarted.selector, creator));
        _recover(stranger);
    }

    function test_aRecoveryRespectsADispute() public {
        _completed();
        _disputed(works[1], "evidence", address(0));
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, works[1], COMPLETE + 7 days)
        );
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[0]), creator);

        vm.warp(COMPLETE + 7 days);
        _recover(successor);
        vm.assertEq(registry.ownerOf(works[1]), successor);
    }

    function test_theSuccessorMovesNothingOfAnybodyElse() public {
        vm.prank(creator);
        registry.transferFrom(creator, buyer, works[1]);
        _completed();
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotSuccessor.selector, buyer, address(0), successor)
        );
        vm.prank(successor);
        registry.recoverTitles(buyer, works);
    }

    function _completed() private {
        _set(successor, DELAY);
        _start(successor);
        vm.warp(COMPLETE);
    }

    function _set(address successor_, uint32 delay) private {
        vm.prank(creator);
        registry.setRecovery(successor_, delay);
    }

    function _start(address sender) private {
        vm.prank(sender);
        registry.startRecovery(creator);
    }

    function _recover(address sender) private {
        vm.prank(sender);
        registry.recoverTitles(creator, works);
    }

    function _requireRecovery(address expected, uint32 delay, uint64 startedAt) private view {
        (address named, uint32 delayNow, uint64 startedAtNow) = registry.recoveryOf(creator);
        vm.assertEq(named, expected);
        vm.assertEq(delayNow, delay);
        vm.assertEq(startedAtNow, startedAt);
    }
}
