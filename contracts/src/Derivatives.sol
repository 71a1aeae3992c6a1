// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ShareTables } from "./ShareTables.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "./interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Offers } from "./libraries/Offers.sol";
import { Statements } from "./libraries/Statements.sol";

/// @title Which licences a derivative has for its parents
/// @author Colophon
/// @notice Royalties follow these links. What they ask of the derivative's sales is worked out here, once a link, and kept
/// by the ledger, so that a purchase never visits the parents.
abstract contract Derivatives is ShareTables {
    /// @inheritdoc IRoyaltyVault
    ILicenseLedger public immutable ledger;

    mapping(uint256 workId => Link[] links) private _links;

    constructor(ILicenseLedger ledger_) {
        ledger = ledger_;
    }

    /// @inheritdoc IRoyaltyVault
    function link(
        IWorkRegistry.Declaration calldata declaration,
        uint256 parentIndex,
        ILicenseLedger.Sale calldata sale
    ) external {
        uint256 workId = uint256(Statements.hash(declaration));
        uint256 parent = sale.offer.workId;
        _requireHolder(workId);
        if (parentIndex >= declaration.parents.length || declaration.parents[parentIndex] != parent) {
            revert NotParent(workId, parentIndex, parent);
        }
        uint256 place = _placeOf(workId, parent);
        if (place != _links[workId].length) revert AlreadyLinked(workId, parent);

        _links[workId].push();
        _back(workId, place, sale, 0);
    }

    /// @inheritdoc IRoyaltyVault
    function renewLink(uint256 workId, ILicenseLedger.Sale calldata sale) external {
        _requireHolder(workId);
        uint256 place = _placeOf(workId, sale.offer.workId);
        if (place == _links[workId].length) revert NotLinked(workId, sale.offer.workId);

        uint256 replaced = _links[workId][place].grantId;
        // Only its end is compared.
        // slither-disable-next-line unused-return
        (,, uint64 present,) = ledger.grantOf(replaced);
        uint64 end = _back(workId, place, sale, replaced);
        if (end <= present) revert NotLonger(present, end);
    }

    /// @inheritdoc IRoyaltyVault
    function reset(uint256 workId) external {
        if (msg.sender != address(registry)) revert NotWorkRegistry(msg.sender);

        Link[] memory links = _links[workId];
        delete _links[workId];
        _startUnshared(workId);
        // All zero is what asks for nothing.
        // slither-disable-next-line uninitialized-local
        ILicenseLedger.ParentTerms memory none;
        ledger.setParentTerms(workId, none);
        for (uint256 i = 0; i < links.length; ++i) {
            // The ledger is ours, and a work has eight links at most.
            // slither-disable-next-line calls-loop
            ledger.unbind(links[i].grantId);
        }
    }

    /// @inheritdoc IRoyaltyVault
    function linksOf(uint256 workId) external view returns (Link[] memory links) {
        return _links[workId];
    }

    /// @inheritdoc IRoyaltyVault
    function stateHashOf(uint256 workId) external view returns (bytes32 hash) {
        return keccak256(abi.encode(tableHashOf[workId][epochOf[workId]], _links[workId]));
    }

    function _linksOf(uint256 workId) internal view returns (Link[] storage links) {
        return _links[workId];
    }

    function _back(uint256 workId, uint256 place, ILicenseLedger.Sale calldata sale, uint256 replaced)
        private
        returns (uint64 end)
    {
        ILicenseLedger.Offer calldata offer = sale.offer;
        bool shareAlike = offer.flags & Offers.SHARE_ALIKE != 0;
        uint256 grantId;
        // The ledger is ours and calls nobody.
        // slither-disable-next-line reentrancy-benign,reentrancy-events
        (grantId, end) = ledger.bind(sale, msg.sender, workId, replaced);
        _links[workId][place] = Link(offer.workId, grantId, offer.royaltyBps, shareAlike);
        _settle(workId, place, offer.termsHash);
        emit DerivativeLinked(
            workId, offer.workId, grantId, offer.royaltyBps, shareAlike, offer.termsHash, end
        );
    }

    /// @dev Bounded: a work declares at most eight parents, and each is linked once.
    function _settle(uint256 workId, uint256 place, bytes32 termsHash) private {
        Link[] storage links = _links[workId];
        // All zero is where the sum begins.
        // slither-disable-next-line uninitialized-local
        ILicenseLedger.ParentTerms memory terms;
        bytes32 shared = ledger.parentTermsOf(workId).sharedTerms;
        uint256 royaltiesBps = 0;
        terms.linked = true;
        terms.salesUntil = type(uint40).max;
        for (uint256 i = 0; i < links.length; ++i) {
            royaltiesBps += links[i].royaltyBps;
            // Eight links at most, and only their ends are compared.
            // slither-disable-next-line calls-loop,unused-return
            (,, uint64 end,) = ledger.grantOf(links[i].grantId);
            if (end < terms.salesUntil) terms.salesUntil = uint40(end);
            if (!links[i].shareAlike) continue;
            bytes32 asked = i == place ? termsHash : shared;
            if (terms.shareAlike && asked != terms.sharedTerms) {
                revert TermsConflict(workId, asked, terms.sharedTerms);
            }
            terms.shareAlike = true;
            terms.sharedTerms = asked;
        }
        if (royaltiesBps > Offers.BPS) revert RoyaltiesTooHigh(royaltiesBps, Offers.BPS);

        terms.royaltiesBps = uint16(royaltiesBps);
        ledger.setParentTerms(workId, terms);
    }

    function _requireHolder(uint256 workId) private view {
        address holder = _holderOf(workId);
        if (holder != msg.sender) revert NotTitleHolder(workId, holder, msg.sender);
    }

    /// @dev The number of links if there is none for this parent.
    function _placeOf(uint256 workId, uint256 parent) private view returns (uint256 place) {
        Link[] storage links = _links[workId];
        while (place < links.length && links[place].parent != parent) ++place;
    }
}
