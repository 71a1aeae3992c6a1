// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { PlainToken } from "./PlainToken.sol";
import { TitleActions } from "./TitleActions.sol";

/// @title Everything people do with offers and grants
/// @author Colophon
abstract contract SaleActions is TitleActions {
    uint32 internal constant DERIVATIVES = 2;
    uint32 private constant SHARE_ALIKE = 4;
    uint32 private constant EXCLUSIVE = 8;

    function buy(uint256 seed) external {
        (bool allowed, bool done) =
            _buy(_newOffer(seed, _recordedWork(seed)), seed, _person(seed, "licensee"));
        _tell(allowed, done);
    }

    /// @dev An exclusive grant needs an idle title, so it is asked for on its own.
    function buyExclusive(uint256 seed) external {
        uint256 offer = _newOffer(seed, _recordedWork(seed));
        offers[offer].flags |= EXCLUSIVE;
        (bool allowed, bool done) = _buy(offer, seed, _person(seed, "licensee"));
        _tell(allowed, done);
    }

    function buyUnregistered(uint256 seed) external {
        if (proofs.length == 0) return;
        uint256 i = proofs[_draw(seed, "proof", proofs.length)].work;
        Proof memory proof = proofs[_draw(seed, "proof", proofs.length)];
        if (_cancelled(i)) return;
        if (!works[i].recorded) works[i].holder = declared[i].claimant;
        uint256 k = _newOffer(seed, i);
        offerSignatures[k] = _sign(offers[k].licensor, LEDGER.offerDigest(offers[k]));
        (IWorkRegistry.Registration memory registration, bytes memory consent) = _signed(i);
        bool allowed = _isForSale(k);
        bool done = _sell(
            k,
            _person(seed, "payer"),
            abi.encodeCall(
                LEDGER.purchaseUnregistered,
                (
                    registration,
                    consent,
                    proof.inclusion,
                    offers[k],
                    offerSignatures[k],
                    _person(seed, "licensee"),
                    offers[k].price
                )
            )
        );
        if (done) _noted(i);
        _tell(allowed, done);
    }

    /// @dev An offer that was signed once, whatever has become of its title since.
    function takeOldOffer(uint256 seed) external {
        if (offers.length == 0) return;
        (bool allowed, bool done) = _buy(_draw(seed, "offer", offers.length), seed, _person(seed, "licensee"));
        _tell(allowed, done);
    }

    function cancelOffer(uint256 seed) external {
        if (offers.length == 0) return;
        uint256 i = _draw(seed, "offer", offers.length);
        bool done =
            _call(offers[i].licensor, address(LEDGER), abi.encodeCall(LEDGER.cancelOffer, (offers[i])));
        withdrawn[i] = true;
        _tell(true, done);
    }

    function transferGrant(uint256 seed) external {
        if (sold.length == 0) return;
        uint256 grantId = sold[_draw(seed, "sold", sold.length)].grantId;
        address holder = LEDGER.ownerOf(grantId);
        bool movable = !LEDGER.locked(grantId);
        bool done = _call(
            holder,
            address(LEDGER),
            abi.encodeCall(LEDGER.transferFrom, (holder, _person(seed, "to"), grantId))
        );
        _tell(movable, done);
    }

    function link(uint256 seed) external {
        (uint256 i, uint256 place, uint256 parent) = _derivative(seed, false);
        if (i == WORKS) return;
        uint256 s = _boughtForDerivative(seed, parent, works[i].holder, 30 days);
        if (s == sold.length) return;
        bool done = _call(
            works[i].holder, address(VAULT), abi.encodeCall(VAULT.link, (declared[i], place, _saleOf(s)))
        );
        _tell(false, done);
    }

    function renewLink(uint256 seed) external {
        (uint256 i,, uint256 parent) = _derivative(seed, true);
        if (i == WORKS) return;
        uint256 s = _boughtForDerivative(seed, parent, works[i].holder, 31 days);
        if (s == sold.length) return;
        bool done = _call(
            works[i].holder, address(VAULT), abi.encodeCall(VAULT.renewLink, (works[i].id, _saleOf(s)))
        );
        _tell(false, done);
    }

    /// @dev Terms come from a draw; what a derivative's parents ask is met.
    function _newOffer(uint256 seed, uint256 work) internal returns (uint256 i) {
        i = offers.length;
        ILicenseLedger.Offer storage offer = offers.push();
        ILicenseLedger.ParentTerms memory asked = LEDGER.parentTermsOf(works[work].id);
        (offer.licensor, offer.workId, offer.series) =
        (works[work].holder, works[work].id, works[work].series);
        offer.flags = uint32(_draw(seed, "flags", 8));
        offer.termsHash = bytes32(_draw(seed, "terms", 2));
        if (asked.shareAlike) {
            (offer.flags, offer.termsHash) = (offer.flags | SHARE_ALIKE, asked.sharedTerms);
        }
        offer.currency = _currency(seed);
        offer.price = _draw(seed, "price", 4) == 0 ? 0 : _draw(seed, "price", 1e18);
        offer.royaltyBps = uint16(_draw(seed, "royalty", 3000));
        offer.maxGrants = uint32(1 + _draw(seed, "grants", 3));
        offer.validUntil = NEVER;
        offer.duration =
            _draw(seed, "perpetual", 12) == 0 ? NEVER : 1 + uint64(_draw(seed, "duration", 30 days));
        offer.salt = bytes32(i);
        if (_draw(seed, "carried", 2) == 0) return i;
        offer.carrierBps = uint16(1 + _draw(seed, "bps", 2000));
        offer.carrier = _person(seed, "carrier");
    }

    function _buy(uint256 i, uint256 seed, address licensee) internal returns (bool allowed, bool done) {
        if (offerSignatures[i].length == 0) {
            offerSignatures[i] = _sign(offers[i].licensor, LEDGER.offerDigest(offers[i]));
        }
        allowed = _isForSale(i);
        done = _sell(
            i,
            _person(seed, "payer"),
            abi.encodeCall(LEDGER.purchase, (offers[i], offerSignatures[i], licensee, offers[i].price))
        );
    }

    function _sell(uint256 i, address payer, bytes memory data) private returns (bool done) {
        ILicenseLedger.Offer storage offer = offers[i];
        if (offer.currency != address(0)) {
            PlainToken(offer.currency).mint(payer, offer.price);
            _call(
                payer,
                offer.currency,
                abi.encodeCall(PlainToken(offer.currency).approve, (address(LEDGER), offer.price))
            );
        }
        done = _pay(payer, address(LEDGER), offer.currency == address(0) ? offer.price : 0, data);
        if (!done) return false;

        uint256 work = _workOf(offer.workId);
        bool old = works[work].holder != offer.licensor || works[work].series != offer.series;
        if (old || withdrawn[i]) ++revivals;
        _remember(i, work);
    }

    function _remember(uint256 i, uint256 work) private {
        ILicenseLedger.Offer storage offer = offers[i];
        Sold storage sale = sold.push();
        sale.serial = ++issued[i];
        sale.grantId = LEDGER.grantIdOf(LEDGER.offerHashOf(offer), sale.serial);
        (sale.work, sale.offer, sale.start) = (work, i, _now());
        sale.end = offer.duration == NEVER ? NEVER : _now() + offer.duration;
        sale.soldUntil = sale.end;
        sale.exclusive = offer.flags & EXCLUSIVE != 0;
        sale.money = offer.price == 0 ? Money.None : Money.Escrowed;
        paidIn[offer.currency] += offer.price;
    }

    /// @dev What a purchase asks of everything but the money.
    function _isForSale(uint256 i) private view returns (bool) {
        ILicenseLedger.Offer storage offer = offers[i];
        Work storage work = works[_workOf(offer.workId)];
        if (work.holder != offer.licensor || work.series != offer.series) return false;
        if (withdrawn[i] || issued[i] == offer.maxGrants) return false;
        if ((work.recorded && work.flags & 9 != 0) || _now() < work.admittedUntil) return false;
        ILicenseLedger.ParentTerms memory asked = LEDGER.parentTermsOf(offer.workId);
        if (asked.linked && _now() >= asked.salesUntil) return false;
        if (asked.linked && uint256(asked.royaltiesBps) + offer.carrierBps > 10_000) return false;
        if (asked.shareAlike && (offer.termsHash != asked.sharedTerms || offer.flags & SHARE_ALIKE == 0)) {
            return false;
        }
        return _hasRoom(offer);
    }

    /// @dev A refunded ordinary grant keeps its room, an exclusive one gives it back.
    function _hasRoom(ILicenseLedger.Offer storage offer) private view returns (bool) {
        bool wantsAll = offer.flags & EXCLUSIVE != 0;
        for (uint256 k = 0; k < sold.length; ++k) {
            if (offers[sold[k].offer].workId != offer.workId) continue;
            if (!sold[k].exclusive && !wantsAll) continue;
            if (_now() < (sold[k].exclusive ? sold[k].end : sold[k].soldUntil)) return false;
        }
        return true;
    }

    function _workOf(uint256 id) internal view returns (uint256 i) {
        while (works[i].id != id) ++i;
    }

    /// @dev A recorded work, one of its recorded parents that it is linked to or not, and the place of that in its
    /// declaration; `WORKS` for none.
    function _derivative(uint256 seed, bool linked)
        private
        view
        returns (uint256 i, uint256 place, uint256 parent)
    {
        uint256 from = _draw(seed, "work", works.length);
        for (uint256 k = 0; k < works.length; ++k) {
            i = (from + k) % works.length;
            if (!works[i].recorded) continue;
            for (place = 0; place < declared[i].parents.length; ++place) {
                parent = _workOf(declared[i].parents[place]);
                bool fits = works[parent].recorded && _isLinked(i, works[parent].id) == linked;
                if (fits) return (i, place, parent);
            }
        }
        return (WORKS, 0, 0);
    }

    function _isLinked(uint256 i, uint256 parent) private view returns (bool) {
        IRoyaltyVault.Link[] memory links = VAULT.linksOf(works[i].id);
        for (uint256 k = 0; k < links.length; ++k) {
            if (links[k].parent == parent) return true;
        }
        return false;
    }

    function _boughtForDerivative(uint256 seed, uint256 parent, address licensee, uint64 duration)
        private
        returns (uint256 s)
    {
        uint256 k = _newOffer(seed, parent);
        offers[k].flags |= DERIVATIVES;
        offers[k].duration = duration;
        (, bool done) = _buy(k, seed, licensee);
        return done ? sold.length - 1 : sold.length;
    }
}
