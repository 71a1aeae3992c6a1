// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";
import { CallbackReceiver } from "./support/Receivers.sol";
import { CoinRefuser } from "./support/Wallets.sol";

/// @notice Bonds go to whom they are owed.
contract BondsTest is Disputes {
    function test_bondsAreClaimedByAnybodyForTheirOwner() public {
        _bondsOfStranger(2);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.BondsPaid(stranger, stranger, 2 * BOND);
        vm.prank(buyer);
        vm.assertEq(desk.claimBonds(stranger, stranger), 2 * BOND);
        vm.assertEq(stranger.balance, 2 * BOND);
        vm.assertEq(address(desk).balance, 0);
        vm.recordLogs();
        vm.assertEq(desk.claimBonds(stranger, stranger), 0);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(stranger.balance, 2 * BOND);
    }

    function test_onlyTheOwnerOfBondsNamesAnotherReceiver() public {
        _bondsOfStranger(1);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotOwnMoney.selector, stranger, buyer));
        desk.claimBonds(stranger, buyer);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.ZeroReceiver.selector));
        desk.claimBonds(stranger, address(0));
        vm.prank(stranger);
        desk.claimBonds(stranger, rival);
        vm.assertEq(rival.balance, BOND);
    }

    function test_bondsOfAnAccountWithCodeAreLeftToIt() public {
        CallbackReceiver market = new CallbackReceiver();
        vm.deal(address(market), BOND);
        vm.prank(address(market));
        uint256 id = desk.open{ value: BOND }(workId, "tag", EVIDENCE, address(0));
        vm.warp(NOW + RULING_PERIOD);
        desk.lapse(id);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotOwnMoney.selector, address(market), buyer));
        vm.prank(buyer);
        desk.claimBonds(address(market), address(market));
        vm.prank(address(market));
        desk.claimBonds(address(market), rival);
        vm.assertEq(rival.balance, BOND);
    }

    function test_theSuccessorOfALostAccountClaimsItsBonds() public {
        _bondsOfStranger(1);
        vm.prank(stranger);
        registry.setRecovery(buyer, 7 days);
        vm.prank(buyer);
        registry.startRecovery(stranger);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotOwnMoney.selector, stranger, buyer));
        desk.claimBonds(stranger, rival);
        vm.warp(vm.getBlockTimestamp() + 7 days);
        vm.prank(buyer);
        desk.claimBonds(stranger, rival);
        vm.assertEq(rival.balance, BOND);
    }

    function test_anAccountThatTakesNoCoinKeepsItsBondAndHasItSentElsewhere() public {
        address refuser = address(new CoinRefuser());
        vm.deal(refuser, BOND);
        vm.prank(refuser);
        uint256 id = desk.open{ value: BOND }(workId, "tag", EVIDENCE, address(0));
        vm.warp(NOW + RULING_PERIOD);
        desk.lapse(id);
        (bool paid,) = address(desk).call(abi.encodeCall(desk.claimBonds, (refuser, refuser)));
        vm.assertFalse(paid);
        vm.assertEq(desk.owedBonds(refuser), BOND);
        vm.prank(refuser);
        desk.claimBonds(refuser, rival);
        vm.assertEq(rival.balance, BOND);
    }

    function test_whoIsPaidTheirBondsFindsNoneLeftWhenTheyComeBack() public {
        CallbackReceiver opener = new CallbackReceiver();
        vm.deal(address(opener), BOND);
        vm.prank(address(opener));
        uint256 id = desk.open{ value: BOND }(workId, "tag", EVIDENCE, address(0));
        // Somebody else's bond lies beside it: that is what a second payment would come from.
        _disputed(workId, OTHER_EVIDENCE, address(0));
        vm.warp(NOW + RULING_PERIOD);
        desk.lapse(id);
        opener.prepare(address(desk), abi.encodeCall(desk.claimBonds, (address(opener), address(opener))));
        vm.prank(address(opener));
        desk.claimBonds(address(opener), address(opener));
        vm.assertEq(address(opener).balance, BOND);
        vm.assertEq(address(desk).balance, BOND);
    }

    function _bondsOfStranger(uint256 count) private {
        uint256[] memory ids = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            ids[i] = _disputed(workId, bytes32(i), address(0));
        }
        vm.warp(NOW + RULING_PERIOD);
        for (uint256 i = 0; i < count; ++i) {
            desk.lapse(ids[i]);
        }
    }
}
