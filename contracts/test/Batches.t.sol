// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";
import { CredulousDelegate } from "./support/Wallets.sol";

/// @notice Whatever is wrong with one item of a batch, the others are recorded, and an event says what was left out.
contract BatchesTest is Scene {
    uint256 private constant LENGTH = 5;

    /// @dev The item that something is wrong with; good ones lie before and behind it.
    uint256 private constant PLACE = 2;

    IWorkRegistry.Registration[] private batch;
    bytes[] private signatures;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < LENGTH; ++i) {
            batch.push(_registration(vm.toString(i)));
            signatures.push(_signedRegistration(batch[i]));
        }
    }

    function test_aBatchRecordsEveryItemForItsClaimant() public {
        vm.recordLogs();
        vm.prank(stranger);
        vm.assertEq(registry.registerBatch(batch, signatures), LENGTH);
        vm.assertEq(vm.getRecordedLogs().length, 2 * LENGTH);
        for (uint256 i = 0; i < LENGTH; ++i) {
            vm.assertEq(registry.ownerOf(_id(i)), creator);
            vm.assertEq(registry.effectiveDateOf(_id(i)), NOW);
        }
        vm.assertEq(registry.balanceOf(creator), LENGTH);
    }

    function test_anItemOfABatchIsRecordedAsIfItCameAlone() public {
        IWorkRegistry.Declaration memory declaration = batch[PLACE].declaration;
        vm.expectEmit(address(registry));
        emit IWorkRegistry.WorkRegistered(
            _id(PLACE),
            creator,
            declaration.contentHash,
            declaration.fingerprintHash,
            declaration.metadataHash,
            declaration.parents,
            0,
            false,
            NOW
        );
        registry.registerBatch(batch, signatures);
    }

    function test_anItemThatSomebodyCarriedFirstDoesNotStopTheOthers() public {
        vm.prank(stranger);
        registry.registerFor(batch[PLACE], signatures[PLACE]);
        vm.warp(NOW + 12);
        _requireLeftOut(IWorkRegistry.SkipReason.AlreadyRegistered);
        vm.assertEq(registry.effectiveDateOf(_id(PLACE)), NOW);
    }

    function test_anItemGivenTwiceIsRecordedOnce() public {
        batch[PLACE] = batch[0];
        signatures[PLACE] = signatures[0];
        _requireLeftOut(IWorkRegistry.SkipReason.AlreadyRegistered);
        vm.assertEq(registry.balanceOf(creator), LENGTH - 1);
    }

    function test_anExpiredItemDoesNotStopTheOthers() public {
        batch[PLACE].deadline = NOW - 1;
        signatures[PLACE] = _signedRegistration(batch[PLACE]);
        _requireLeftOut(IWorkRegistry.SkipReason.DeadlinePassed);
    }

    function test_anItemCountsInItsLastSecond() public {
        batch[PLACE].deadline = NOW;
        signatures[PLACE] = _signedRegistration(batch[PLACE]);
        vm.assertEq(registry.registerBatch(batch, signatures), LENGTH);
    }

    function test_anItemThatItsClaimantCancelledDoesNotStopTheOthers() public {
        vm.prank(creator);
        registry.cancel(batch[PLACE].declaration);
        _requireLeftOut(IWorkRegistry.SkipReason.Cancelled);
    }

    function test_anItemWithAnothersSignatureDoesNotStopTheOthers() public {
        signatures[PLACE] = signatures[0];
        _requireLeftOut(IWorkRegistry.SkipReason.InvalidSignature);
    }

    function test_anItemWithAMalleableSignatureDoesNotStopTheOthers() public {
        signatures[PLACE] = _mirrored(signatures[PLACE]);
        _requireLeftOut(IWorkRegistry.SkipReason.InvalidSignature);
    }

    function test_anItemWithoutASignatureDoesNotStopTheOthers() public {
        signatures[PLACE] = NO_SIGNATURE;
        _requireLeftOut(IWorkRegistry.SkipReason.InvalidSignature);
    }

    function test_anItemOfNobodyDoesNotStopTheOthers() public {
        batch[PLACE].declaration.claimant = address(0);
        signatures[PLACE] = new bytes(65);
        _requireLeftOut(IWorkRegistry.SkipReason.InvalidSignature);
    }

    function test_anItemWithParentsOutOfOrderDoesNotStopTheOthers() public {
        batch[PLACE].declaration.parents = [uint256(7), 7];
        signatures[PLACE] = _signedRegistration(batch[PLACE]);
        _requireLeftOut(IWorkRegistry.SkipReason.MalformedParents);
    }

    function test_anItemWithTooManyParentsDoesNotStopTheOthers() public {
        for (uint256 parent = 1; parent <= 9; ++parent) {
            batch[PLACE].declaration.parents.push(parent);
        }
        signatures[PLACE] = _signedRegistration(batch[PLACE]);
        _requireLeftOut(IWorkRegistry.SkipReason.MalformedParents);
    }

    function test_aContractIsNotAskedInABatch() public {
        batch[PLACE].declaration.claimant = address(new CredulousDelegate());
        _requireLeftOut(IWorkRegistry.SkipReason.InvalidSignature);
        registry.registerFor(batch[PLACE], signatures[PLACE]);
        vm.assertEq(registry.ownerOf(_id(PLACE)), batch[PLACE].declaration.claimant);
    }

    function test_everyKindOfPoisonAtOnceLeavesTheGoodItemRecorded() public {
        registry.registerFor(batch[0], signatures[0]);
        batch[1].deadline = NOW - 1;
        vm.prank(creator);
        registry.cancel(batch[2].declaration);
        signatures[3] = NO_SIGNATURE;
        batch.push(_registration("malformed"));
        batch[5].declaration.parents.push(0);
        signatures.push(_signedRegistration(batch[5]));

        _expectSkipped(0, IWorkRegistry.SkipReason.AlreadyRegistered);
        _expectSkipped(1, IWorkRegistry.SkipReason.DeadlinePassed);
        _expectSkipped(2, IWorkRegistry.SkipReason.Cancelled);
        _expectSkipped(3, IWorkRegistry.SkipReason.InvalidSignature);
        _expectSkipped(5, IWorkRegistry.SkipReason.MalformedParents);
        vm.assertEq(registry.registerBatch(batch, signatures), 1);
        vm.assertEq(registry.ownerOf(_id(4)), creator);
    }

    function test_theClaimantsOwnBatchNeedsNoSignatures() public {
        vm.prank(creator);
        registry.cancel(batch[0].declaration);
        vm.prank(creator);
        vm.assertEq(registry.registerBatch(batch, new bytes[](LENGTH)), LENGTH);
        vm.assertFalse(registry.isCancelled(_id(0)));
    }

    function test_theSendersOwnItemsSpareNobodyElseTheSignature() public {
        batch[PLACE].declaration.claimant = stranger;
        bytes[] memory none = new bytes[](LENGTH);
        vm.prank(stranger);
        vm.assertEq(registry.registerBatch(batch, none), 1);
        vm.assertEq(registry.ownerOf(_id(PLACE)), stranger);
        vm.assertEq(registry.balanceOf(creator), 0);
    }

    function test_theDeadlineBindsTheClaimantsOwnBatchToo() public {
        batch[PLACE].deadline = NOW - 1;
        _expectSkipped(PLACE, IWorkRegistry.SkipReason.DeadlinePassed);
        vm.prank(creator);
        vm.assertEq(registry.registerBatch(batch, new bytes[](LENGTH)), LENGTH - 1);
    }

    function test_aSecondBatchOfTheSameItemsChangesNothing() public {
        registry.registerBatch(batch, signatures);
        vm.warp(NOW + 1 hours);
        vm.assertEq(registry.registerBatch(batch, signatures), 0);
        for (uint256 i = 0; i < LENGTH; ++i) {
            vm.assertEq(registry.effectiveDateOf(_id(i)), NOW);
        }
    }

    function test_anEmptyBatchRecordsNothing() public {
        vm.assertEq(registry.registerBatch(new IWorkRegistry.Registration[](0), new bytes[](0)), 0);
    }

    function test_everyItemNeedsItsPlaceAmongTheSignatures() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.BatchLengthsDiffer.selector, LENGTH, LENGTH - 1));
        registry.registerBatch(batch, new bytes[](LENGTH - 1));
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.BatchLengthsDiffer.selector, LENGTH, LENGTH + 1));
        registry.registerBatch(batch, new bytes[](LENGTH + 1));
    }

    function _requireLeftOut(IWorkRegistry.SkipReason reason) private {
        _expectSkipped(PLACE, reason);
        vm.prank(stranger);
        vm.assertEq(registry.registerBatch(batch, signatures), LENGTH - 1);
        for (uint256 i = 0; i < LENGTH; ++i) {
            if (i != PLACE) vm.assertEq(registry.ownerOf(_id(i)), creator);
        }
    }

    function _expectSkipped(uint256 index, IWorkRegistry.SkipReason reason) private {
        uint256 workId = _id(index);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.RegistrationSkipped(workId, index, reason);
    }

    function _id(uint256 index) private view returns (uint256) {
        return registry.workIdOf(batch[index].declaration);
    }
}
