// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { vm } from "./support/Cheats.sol";
import { Ghosts } from "./support/Ghosts.sol";
import { Market } from "./support/Market.sol";
import { PlainToken } from "./support/PlainToken.sol";
import { Scene } from "./support/Scene.sol";

/// @notice What stays true whatever people do, in whatever order.
contract InvariantsTest is Scene {
    uint32 private constant ESCROWED = 16;

    Market private market;

    function setUp() public override {
        super.setUp();
        market = new Market(
            Ghosts.Contracts(log, registry, ledger, vault, desk), new PlainToken(), new PlainToken()
        );
    }

    /// @dev Forge calls only what is listed here.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(market);
    }

    function invariant_nothingCountsWithoutItsSignature() public view {
        vm.assertEq(market.forgeries(), 0);
    }

    function invariant_aStatementCountsOnce() public view {
        vm.assertEq(market.replays(), 0);
        for (uint256 i = 0; i < market.offersCount(); ++i) {
            (ILicenseLedger.Offer memory offer, uint32 count) = market.offerAt(i);
            (uint32 issued,) = ledger.offerStateOf(offer.licensor, ledger.offerHashOf(offer));
            vm.assertEq(issued, count, "serials");
            vm.assertTrue(issued <= offer.maxGrants, "more than offered");
        }
    }

    function invariant_aRecordNeverChanges() public view {
        for (uint256 i = 0; i < market.worksCount(); ++i) {
            Ghosts.Work memory work = market.workAt(i);
            if (!work.recorded) continue;
            (address holder, uint64 date, uint32 series, uint32 flags) = registry.titleOf(work.id);
            vm.assertEq(date, work.date, "effective date");
            vm.assertEq(holder, work.holder);
            vm.assertEq(series, work.series, "series");
            vm.assertEq(flags, work.flags, "flags");
            vm.assertEq(registry.supplementsOf(work.id), work.supplements, "supplements");
        }
    }

    function invariant_aDateIsNeverEarlierThanItsProof() public view {
        for (uint256 i = 0; i < market.worksCount(); ++i) {
            Ghosts.Work memory work = market.workAt(i);
            if (!work.recorded) continue;
            vm.assertTrue(registry.effectiveDateOf(work.id) >= work.evidenceAt, "back-dated");
        }
    }

    function invariant_coinHeldIsWhatIsOwed() public view {
        for (uint256 c = 0; c < 3; ++c) {
            address currency = market.currencyAt(c);
            vm.assertEq(_held(currency, address(ledger)), _escrowed(currency), "ledger");
            (uint256 owed, uint256 dust) = _owedByVault(currency);
            uint256 held = _held(currency, address(vault));
            vm.assertTrue(owed <= held, "the vault owes more than it has");
            vm.assertTrue(held <= owed + dust, "the vault keeps more than dust");
        }
        vm.assertEq(address(desk).balance, _bonds(), "desk");
    }

    function invariant_noPaymentIsMadeTwice() public view {
        for (uint256 c = 0; c < 3; ++c) {
            address currency = market.currencyAt(c);
            uint256 out = market.refunded(currency) + market.released(currency);
            vm.assertEq(market.paidIn(currency), _held(currency, address(ledger)) + out, "payments");
            uint256 claimed = market.claimedOf(currency);
            vm.assertEq(market.released(currency), _held(currency, address(vault)) + claimed, "claims");
        }
        vm.assertEq(market.bondsIn(), address(desk).balance + market.bondsOut(), "bonds");
        for (uint256 i = 0; i < market.soldCount(); ++i) {
            vm.assertTrue(market.soldAt(i).paidOut <= market.saleAt(i).offer.price, "paid out twice");
        }
        _requireClaimsWithinShares();
    }

    function invariant_onlyTheArbiterDelaysAReleaseAndNotForLong() public view {
        vm.assertEq(market.delays(), 0);
        for (uint256 i = 0; i < market.soldCount(); ++i) {
            if (market.soldAt(i).money != Ghosts.Money.Escrowed) continue;
            uint64 due = desk.releasableAt(market.saleAt(i).offer.workId, market.soldAt(i).start);
            vm.assertTrue(due <= market.latestRelease(i), "held for too long");
        }
    }

    function invariant_onlyTheArbiterKeepsATitleForLong() public view {
        vm.assertEq(market.detentions(), 0);
        for (uint256 i = 0; i < market.worksCount(); ++i) {
            Ghosts.Work memory work = market.workAt(i);
            uint64 opened = work.frozenFrom == 0 ? 0 : work.frozenFrom + 7 days;
            uint64 latest = opened > work.admittedUntil ? opened : work.admittedUntil;
            vm.assertEq(desk.frozenUntil(work.id), latest, "frozen until");
        }
    }

    function invariant_anExclusiveGrantHasNoLiveSibling() public view {
        for (uint256 i = 0; i < market.soldCount(); ++i) {
            Ghosts.Sold memory one = market.soldAt(i);
            if (!one.exclusive) continue;
            (, uint64 start, uint64 end,) = ledger.grantOf(one.grantId);
            for (uint256 j = 0; j < market.soldCount(); ++j) {
                Ghosts.Sold memory other = market.soldAt(j);
                if (i == j || one.work != other.work) continue;
                (, uint64 otherStart, uint64 otherEnd,) = ledger.grantOf(other.grantId);
                vm.assertTrue(end <= otherStart || otherEnd <= start, "overlap");
            }
        }
    }

    function invariant_aGrantsValidityNeverChanges() public view {
        uint64 present = uint64(vm.getBlockTimestamp());
        for (uint256 i = 0; i < market.soldCount(); ++i) {
            Ghosts.Sold memory sale = market.soldAt(i);
            vm.assertFalse(ledger.isValidAt(sale.grantId, sale.start - 1));
            vm.assertTrue(ledger.isValidAt(sale.grantId, sale.start) == (sale.end > sale.start));
            uint64 last = sale.end - 1 < present ? sale.end - 1 : present;
            vm.assertTrue(ledger.isValidAt(sale.grantId, last) == (sale.end > sale.start), "while it ran");
            vm.assertTrue(ledger.isValidAt(sale.grantId, sale.end) == (sale.end == FOR_EVER), "after its end");
        }
    }

    function invariant_anOldOfferNeverOutlivesItsSeries() public view {
        vm.assertEq(market.revivals(), 0);
    }

    function invariant_whatIsAllowedSucceeds() public view {
        vm.assertEq(market.refusalsCount(), 0);
    }

    /// @dev A campaign whose actions all fail would prove nothing. This one is drawn once and for all.
    function test_everyActionOfTheMarketHappens() public {
        bytes4[] memory actions = _actions();
        for (uint256 i = 0; i < 3000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("campaign", i)));
            (bool done,) = address(market).call(abi.encodeWithSelector(actions[seed % actions.length], seed));
            vm.assertTrue(done, "an action of the market reverted");
        }
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertTrue(market.did(actions[i]) > 0, vm.toString(i));
        }
        vm.assertEq(market.refusalsCount(), 0, "refusals");
    }

    function _actions() private view returns (bytes4[] memory) {
        bytes4[39] memory all = [
            market.register.selector,
            market.registerFor.selector,
            market.registerBatch.selector,
            market.cancel.selector,
            market.commit.selector,
            market.reveal.selector,
            market.anchor.selector,
            market.registerFromLog.selector,
            market.supplement.selector,
            market.supplementFor.selector,
            market.transferTitle.selector,
            market.cancelAllOffers.selector,
            market.retract.selector,
            market.recover.selector,
            market.passTime.selector,
            market.buy.selector,
            market.buyExclusive.selector,
            market.buyUnregistered.selector,
            market.takeOldOffer.selector,
            market.cancelOffer.selector,
            market.transferGrant.selector,
            market.link.selector,
            market.renewLink.selector,
            market.release.selector,
            market.refund.selector,
            market.takeTwice.selector,
            market.distribute.selector,
            market.setShares.selector,
            market.claim.selector,
            market.claimRemainder.selector,
            market.claimCarried.selector,
            market.openDispute.selector,
            market.admit.selector,
            market.answer.selector,
            market.rule.selector,
            market.lapse.selector,
            market.claimBonds.selector,
            market.forge.selector,
            market.meddle.selector
        ];
        bytes4[] memory actions = new bytes4[](all.length + 1);
        for (uint256 i = 0; i < all.length; ++i) {
            actions[i] = all[i];
        }
        actions[all.length] = market.replay.selector;
        return actions;
    }

    function _held(address currency, address account) private view returns (uint256) {
        return currency == address(0) ? account.balance : PlainToken(currency).balanceOf(account);
    }

    function _escrowed(address currency) private view returns (uint256 sum) {
        for (uint256 i = 0; i < market.soldCount(); ++i) {
            ILicenseLedger.Offer memory offer = market.saleAt(i).offer;
            (,,, uint32 flags) = ledger.grantOf(market.soldAt(i).grantId);
            if (offer.currency == currency && flags & ESCROWED != 0) sum += offer.price;
        }
    }

    /// @dev Each row of each epoch may leave less than one unit behind.
    function _owedByVault(address currency) private view returns (uint256 owed, uint256 dust) {
        for (uint256 i = 0; i < market.worksCount(); ++i) {
            owed += vault.receivedOf(market.workAt(i).id, currency);
            for (uint256 epoch = 0; epoch <= market.epochsOf(i); ++epoch) {
                IRoyaltyVault.ShareTable memory table = market.tableAt(i, epoch);
                for (uint256 row = 0; row < table.contributors.length; ++row) {
                    owed += vault.owedTo(table, row, currency);
                }
                owed += vault.remainderOf(table, currency);
                dust += table.contributors.length;
            }
        }
        for (uint256 i = 0; i < 5; ++i) {
            owed += vault.owedToCarrier(market.personAt(i), currency);
        }
    }

    function _bonds() private view returns (uint256 sum) {
        for (uint256 i = 0; i < market.disputesCount(); ++i) {
            if (!market.disputeAt(i).ended) sum += BOND;
        }
        for (uint256 i = 0; i < 5; ++i) {
            sum += desk.owedBonds(market.personAt(i));
        }
    }

    function _requireClaimsWithinShares() private view {
        for (uint256 i = 0; i < market.worksCount(); ++i) {
            for (uint256 epoch = 0; epoch <= market.epochsOf(i); ++epoch) {
                IRoyaltyVault.ShareTable memory table = market.tableAt(i, epoch);
                for (uint256 c = 0; c < 3; ++c) {
                    _requireWithinShares(i, table, market.currencyAt(c));
                }
            }
        }
    }

    function _requireWithinShares(uint256 i, IRoyaltyVault.ShareTable memory table, address currency)
        private
        view
    {
        uint256 revenue = vault.revenueOf(table.workId, table.epoch, currency);
        uint256 left = 10_000;
        for (uint256 row = 0; row < table.contributors.length; ++row) {
            address account = table.contributors[row];
            uint256 taken = market.claimedOfRow(i, table.epoch, currency, account);
            vm.assertTrue(taken <= revenue * table.bps[row] / 10_000, "a share was paid twice");
            left -= table.bps[row];
        }
        uint256 remainder = market.claimedOfRow(i, table.epoch, currency, address(0));
        vm.assertTrue(remainder <= revenue * left / 10_000, "a remainder was paid twice");
    }
}
