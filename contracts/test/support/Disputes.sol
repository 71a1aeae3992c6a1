// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { vm } from "./Cheats.sol";
import { Scene } from "./Scene.sol";

/// @title A registered work and what disputes about it take
/// @author Colophon
abstract contract Disputes is Scene {
    uint64 internal constant FREEZE = 7 days;
    uint64 internal constant FREEZE_EVERY = 90 days;
    uint64 internal constant REFUND = 30 days;
    bytes32 internal constant EVIDENCE = keccak256("evidence");
    bytes32 internal constant OTHER_EVIDENCE = keccak256("other evidence");

    address internal rival = address(0x41FA1);
    uint256 internal workId;

    function setUp() public virtual override {
        super.setUp();
        workId = _registered("work");
    }

    function _opened() internal returns (uint256 disputeId) {
        return _disputed(workId, EVIDENCE, rival);
    }

    function _admitted(bytes32 evidenceHash) internal returns (uint256 disputeId) {
        disputeId = _disputed(workId, evidenceHash, rival);
        vm.prank(arbiter);
        desk.admit(disputeId);
    }

    /// @dev Opened and admitted now, ruled on as soon as it can be.
    function _decided(bytes32 evidenceHash, IDisputeDesk.Status outcome)
        internal
        returns (uint256 disputeId)
    {
        disputeId = _admitted(evidenceHash);
        vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
        _rule(disputeId, outcome);
    }

    function _rule(uint256 disputeId, IDisputeDesk.Status outcome) internal {
        vm.prank(arbiter);
        desk.rule(disputeId, outcome, _noSales());
    }

    function _expectRule(uint256 disputeId, IDisputeDesk.Status outcome, bytes memory reason) internal {
        vm.prank(arbiter);
        vm.expectRevert(reason);
        desk.rule(disputeId, outcome, _noSales());
    }

    function _status(uint256 disputeId) internal view returns (uint256) {
        return uint256(desk.disputeOf(disputeId).status);
    }

    function _transfer(address from, address to) internal {
        vm.prank(from);
        registry.transferFrom(from, to, workId);
    }

    function _release(ILicenseLedger.Sale memory sale) internal {
        vault.release(_one(sale));
    }

    function _one(ILicenseLedger.Sale memory sale)
        internal
        pure
        returns (ILicenseLedger.Sale[] memory sales)
    {
        sales = new ILicenseLedger.Sale[](1);
        sales[0] = sale;
    }

    function _noSales() internal pure returns (ILicenseLedger.Sale[] memory) {
        return new ILicenseLedger.Sale[](0);
    }
}
