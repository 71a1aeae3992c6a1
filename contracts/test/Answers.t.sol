// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeDesk } from "../src/DisputeDesk.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";
import { OneDigestWallet } from "./support/Wallets.sol";

/// @notice The holder of a contested title is heard.
contract AnswersTest is Disputes {
    uint256 private constant RIVAL_KEY = 0x41FA1;

    function test_theHolderAnswersOnceAndInTime() public {
        uint256 id = _opened();
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.NotTitleHolder.selector, workId, creator, stranger)
        );
        desk.answer(id, OTHER_EVIDENCE);

        vm.warp(NOW + ANSWER_PERIOD - 1);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeAnswered(id, workId, creator, OTHER_EVIDENCE);
        vm.prank(creator);
        desk.answer(id, OTHER_EVIDENCE);
        vm.assertTrue(desk.disputeOf(id).answered);

        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.AlreadyAnswered.selector, id));
        desk.answer(id, OTHER_EVIDENCE);
    }

    function test_theSuccessorOfALostHolderAnswers() public {
        vm.prank(creator);
        registry.setRecovery(buyer, 7 days);
        vm.prank(buyer);
        registry.startRecovery(creator);
        uint256 id = _opened();
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotTitleHolder.selector, workId, creator, buyer));
        desk.answer(id, OTHER_EVIDENCE);
        vm.warp(NOW + 7 days);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeAnswered(id, workId, creator, OTHER_EVIDENCE);
        vm.prank(buyer);
        desk.answer(id, OTHER_EVIDENCE);
    }

    function test_anAnswerAfterItsTimeIsRefused() public {
        uint256 id = _opened();
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.AnswerTimeOver.selector, id, NOW + ANSWER_PERIOD));
        desk.answer(id, OTHER_EVIDENCE);
    }

    function test_anybodyCarriesASignedAnswerOnce() public {
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(_opened(), OTHER_EVIDENCE, NOW + 1 days);
        bytes memory signature = _signature(CREATOR_KEY, desk.answerDigest(statement));
        vm.warp(NOW + 1 days);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeAnswered(statement.disputeId, workId, creator, OTHER_EVIDENCE);
        vm.prank(stranger);
        desk.answerFor(statement, signature);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.AlreadyAnswered.selector, statement.disputeId));
        desk.answerFor(statement, signature);
    }

    function test_theHolderCarriesTheirOwnAnswerUnsigned() public {
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(_opened(), OTHER_EVIDENCE, NOW);
        vm.prank(creator);
        desk.answerFor(statement, "");
        vm.assertTrue(desk.disputeOf(statement.disputeId).answered);
    }

    function test_aSignedAnswerHasADeadline() public {
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(_opened(), OTHER_EVIDENCE, NOW + 1 days);
        bytes memory signature = _signature(CREATOR_KEY, desk.answerDigest(statement));
        vm.warp(NOW + 1 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeDesk.DeadlinePassed.selector, statement.deadline, statement.deadline + 1
            )
        );
        desk.answerFor(statement, signature);
    }

    function testFuzz_anAlteredAnswerIsRefused(uint8 field, uint64 change) public {
        vm.assume(change != 0);
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(_opened(), OTHER_EVIDENCE, FOR_EVER / 2);
        uint256 other = _disputed(workId, OTHER_EVIDENCE, address(0));
        bytes memory signature = _signature(CREATOR_KEY, desk.answerDigest(statement));
        if (field % 3 == 0) statement.disputeId = other;
        if (field % 3 == 1) statement.evidenceHash = bytes32(uint256(OTHER_EVIDENCE) ^ change);
        if (field % 3 == 2) statement.deadline += change % (FOR_EVER / 2) + 1;
        _expectAnswerRefused(statement, creator, signature);
    }

    function test_anAnswerForAnotherDeskOrChainOrBySomebodyElseIsRefused() public {
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(_opened(), OTHER_EVIDENCE, NOW);
        DisputeDesk twin = new DisputeDesk(registry, ledger, arbiter, BOND, _periods());
        _expectAnswerRefused(statement, creator, _signature(CREATOR_KEY, twin.answerDigest(statement)));
        _expectAnswerRefused(statement, creator, _signature(RIVAL_KEY, desk.answerDigest(statement)));
        bytes memory signature = _signature(CREATOR_KEY, desk.answerDigest(statement));
        _expectAnswerRefused(statement, creator, _mirrored(signature));
        vm.chainId(2);
        _expectAnswerRefused(statement, creator, signature);
    }

    function test_aWalletContractAnswersForItself() public {
        bytes32 evidence = EVIDENCE;
        uint256 id = desk.disputeIdOf(workId, evidence, stranger);
        IDisputeDesk.Answer memory statement = IDisputeDesk.Answer(id, OTHER_EVIDENCE, NOW);
        OneDigestWallet wallet = new OneDigestWallet(desk.answerDigest(statement));
        _transfer(creator, address(wallet));
        _opened();
        desk.answerFor(statement, "anything");
        vm.assertTrue(desk.disputeOf(id).answered);
    }

    function _expectAnswerRefused(
        IDisputeDesk.Answer memory statement,
        address holder,
        bytes memory signature
    ) private {
        bytes32 digest = desk.answerDigest(statement);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.InvalidSignature.selector, holder, digest));
        desk.answerFor(statement, signature);
    }
}
