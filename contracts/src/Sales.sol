// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Grants } from "./Grants.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { Offers } from "./libraries/Offers.sol";

/// @title What a sale looks at
/// @author Colophon
/// @notice One slot a work: until when its grants run, and what the licences of its parents ask. So a sale costs the same
/// whatever the number of parents.
abstract contract Sales is Grants {
    struct TitleSales {
        uint40 liveUntil;
        uint40 exclusiveUntil;
        uint40 salesUntil;
        uint16 royaltiesBps;
        bool linked;
        bool shareAlike;
        uint32 issued;
    }

    mapping(uint256 workId => TitleSales sales) private _sales;
    mapping(uint256 workId => bytes32 termsHash) private _sharedTerms;

    /// @inheritdoc ILicenseLedger
    function exclusivityOf(uint256 workId) external view returns (uint64 liveUntil, uint64 exclusiveUntil) {
        TitleSales storage sales = _sales[workId];
        return (_widened(sales.liveUntil), _widened(sales.exclusiveUntil));
    }

    /// @inheritdoc ILicenseLedger
    function parentTermsOf(uint256 workId) external view returns (ParentTerms memory terms) {
        TitleSales storage sales = _sales[workId];
        return ParentTerms({
            linked: sales.linked,
            salesUntil: sales.salesUntil,
            royaltiesBps: sales.royaltiesBps,
            shareAlike: sales.shareAlike,
            sharedTerms: _sharedTerms[workId]
        });
    }

    /// @inheritdoc ILicenseLedger
    function stateHashOf(uint256 workId) external view returns (bytes32 hash) {
        return keccak256(abi.encode(_sales[workId], _sharedTerms[workId]));
    }

    function _setParentTerms(uint256 workId, ParentTerms calldata terms) internal {
        TitleSales storage sales = _sales[workId];
        sales.linked = terms.linked;
        sales.salesUntil = terms.salesUntil;
        sales.royaltiesBps = terms.royaltiesBps;
        sales.shareAlike = terms.shareAlike;
        if (_sharedTerms[workId] != terms.sharedTerms) _sharedTerms[workId] = terms.sharedTerms;
    }

    /// @dev First what a derivative's parents ask. Then two numbers a work are enough for exclusivity: grants start now, so
    /// only the latest end of each kind can collide.
    function _occupy(Offer calldata offer, uint40 start, uint40 end) internal {
        TitleSales memory sales = _sales[offer.workId];
        if (sales.linked) _requireParentsMet(offer, sales, start);
        bool exclusive = offer.flags & Offers.EXCLUSIVE != 0;
        if (start < sales.exclusiveUntil) {
            revert ExclusiveUntil(offer.workId, _widened(sales.exclusiveUntil));
        }
        if (exclusive && start < sales.liveUntil) {
            revert GrantsLiveUntil(offer.workId, _widened(sales.liveUntil));
        }

        if (end > sales.liveUntil) sales.liveUntil = end;
        if (exclusive) sales.exclusiveUntil = end;
        // Nothing here counts grants: it shows in the title's state fingerprint that one was issued.
        ++sales.issued;
        _sales[offer.workId] = sales;
    }

    /// @dev A grant stops giving its rights: an exclusive one makes room, and a derivative it backs stops selling.
    function _terminate(Sale calldata sale, uint256 grantId)
        internal
        returns (uint64 end, uint256 derivative)
    {
        (bool wasLive, uint40 endsAt) = _endNow(grantId);
        end = _widened(endsAt);
        if (!wasLive) return (end, 0);

        if (sale.offer.flags & Offers.EXCLUSIVE != 0) {
            _sales[sale.offer.workId].liveUntil = endsAt;
            _sales[sale.offer.workId].exclusiveUntil = endsAt;
        }
        derivative = boundTo[grantId];
        if (derivative != 0 && endsAt < _sales[derivative].salesUntil) {
            _sales[derivative].salesUntil = endsAt;
        }
    }

    function _requireParentsMet(Offer calldata offer, TitleSales memory sales, uint40 start) private view {
        if (start >= sales.salesUntil) {
            revert ParentLicenceEnded(offer.workId, sales.salesUntil);
        }
        uint256 bps = uint256(sales.royaltiesBps) + offer.carrierBps;
        if (bps > Offers.BPS) revert RoyaltiesTooHigh(bps, Offers.BPS);
        if (!sales.shareAlike) return;

        bytes32 shared = _sharedTerms[offer.workId];
        if (offer.termsHash != shared || offer.flags & Offers.SHARE_ALIKE == 0) {
            revert TermsNotShared(offer.workId, shared);
        }
    }
}
