// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice Two disputes that are upheld in the other order than they were opened in.
contract CoverageHoldsTest is Disputes {
    function test_aSecondRulingCoversWhatWasDueAfterItsEarlierOpening() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + 1);
        uint256 early = _opened();
        vm.warp(NOW + ESCROW_PERIOD);
        _decided(OTHER_EVIDENCE, IDisputeDesk.Status.Upheld);
        // Opened when the payment was due: by itself the first ruling covers nothing.
        vm.assertEq(desk.refundableUntil(workId, NOW), 0);

        vm.prank(arbiter);
        desk.admit(early);
        _rule(early, IDisputeDesk.Status.Upheld);
        vm.assertEq(desk.refundableUntil(workId, NOW), NOW + ESCROW_PERIOD + ANSWER_PERIOD + REFUND);
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }
}
