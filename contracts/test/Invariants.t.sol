// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { vm } from "./support/Cheats.sol";
import { Market } from "./support/Market.sol";
import { Scene } from "./support/Scene.sol";

/// @notice What stays true whatever people do, in whatever order.
contract InvariantsTest is Scene {
    Market private market;

    function setUp() public override {
        super.setUp();
        market = new Market(registry, ledger);
    }

    /// @dev Forge calls only what is listed here.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(market);
    }

    function invariant_coinHeldIsWhatIsOwed() public view {
        vm.assertEq(address(ledger).balance, market.owed(address(0)), "native coin");
        address token = address(market.token());
        vm.assertEq(market.token().balanceOf(address(ledger)), market.owed(token), "token");
    }

    function invariant_noPaymentIsMadeTwice() public view {
        address token = address(market.token());
        vm.assertEq(market.paidIn(address(0)), market.owed(address(0)) + market.paidOut(address(0)), "coin");
        vm.assertEq(market.paidIn(token), market.owed(token) + market.paidOut(token), "token");
    }

    function invariant_aRecordNeverChanges() public view {
        for (uint256 i = 0; i < 3; ++i) {
            uint256 workId = market.works(i);
            (, uint64 effectiveDate, uint32 series, uint32 flags) = registry.titleOf(workId);
            vm.assertEq(effectiveDate, market.recordedAt(workId), "effective date");
            vm.assertEq(series, market.seriesSeen(workId), "series");
            vm.assertEq(flags, 0, "flags");
            vm.assertEq(registry.supplementsOf(workId), market.supplementsMade(workId), "supplements");
        }
    }

    function invariant_aGrantsValidityNeverChanges() public view {
        Market.Sold[] memory sold = market.sold();
        for (uint256 i = 0; i < sold.length; ++i) {
            vm.assertFalse(ledger.isValidAt(sold[i].grantId, sold[i].start - 1));
            vm.assertTrue(ledger.isValidAt(sold[i].grantId, sold[i].start));
            vm.assertTrue(ledger.isValidAt(sold[i].grantId, sold[i].end - 1));
            vm.assertFalse(ledger.isValidAt(sold[i].grantId, sold[i].end));
        }
    }

    function invariant_anExclusiveGrantHasNoLiveSibling() public view {
        Market.Sold[] memory sold = market.sold();
        for (uint256 i = 0; i < sold.length; ++i) {
            for (uint256 j = i + 1; j < sold.length; ++j) {
                if (sold[i].workId != sold[j].workId || !(sold[i].exclusive || sold[j].exclusive)) continue;
                vm.assertTrue(sold[i].end <= sold[j].start || sold[j].end <= sold[i].start, "overlap");
            }
        }
    }
}
