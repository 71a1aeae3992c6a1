// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { DisputeActions } from "./DisputeActions.sol";
import { Ghosts } from "./Ghosts.sol";
import { PlainToken } from "./PlainToken.sol";

/// @title People doing everything the contracts allow, and some things they do not, in any order
/// @author Colophon
/// @notice The invariant tests call this at random.
contract Market is DisputeActions {
    /// @dev Two works to begin with, so that every action has something to act on.
    constructor(Contracts memory set, PlainToken first, PlainToken second) Ghosts(set, first, second) {
        _recordOwn(_declaration(0));
        _recordOwn(_declaration(1));
    }

    /// @notice A stranger carries statements that the people concerned did not sign.
    function forge(uint256 seed) external {
        uint256 i = _declaration(seed);
        (IWorkRegistry.Registration memory registration, bytes memory signature) = _signed(i);
        if (!works[i].recorded) {
            registration.deadline -= 1;
            _forged(address(REGISTRY), abi.encodeCall(REGISTRY.registerFor, (registration, signature)));
            _forged(address(REGISTRY), abi.encodeCall(REGISTRY.register, (declared[i])));
            if (works[i].committedAt != 0 && _now() >= works[i].committedAt + 60) {
                _forged(address(REGISTRY), abi.encodeCall(REGISTRY.reveal, (registration, "salt", signature)));
            }
            _forgeBatch(registration, signature);
        }
        _forgeAsHolder(seed, _recordedWork(seed));
        _tell(true, true);
    }

    /// @notice A stranger carries statements that were carried before.
    function replay(uint256 seed) external {
        if (supplements.length == 0) return;
        uint256 i = _draw(seed, "supplement", supplements.length);
        bytes memory data = abi.encodeCall(REGISTRY.supplementFor, (supplements[i], supplementSignatures[i]));
        if (_wouldSucceed(STRANGER, address(REGISTRY), data)) ++replays;
        _tell(true, true);
    }

    /// @notice A stranger tries what only the arbiter, the desk or the vault may do.
    function meddle(uint256 seed) external {
        uint256 id = works[_recordedWork(seed)].id;
        bytes memory taking = abi.encodeCall(REGISTRY.assign, (id, STRANGER));
        if (_wouldSucceed(STRANGER, address(REGISTRY), taking)) ++detentions;
        bytes memory marking = abi.encodeCall(REGISTRY.mark, (id, 4));
        if (_wouldSucceed(STRANGER, address(REGISTRY), marking)) ++detentions;
        for (uint256 k = 0; k < disputes.length && k < 3; ++k) {
            uint256 dispute = disputes[disputes.length - 1 - k].id;
            if (_wouldSucceed(STRANGER, address(DESK), abi.encodeCall(DESK.admit, (dispute)))) ++delays;
            bytes memory ruling = abi.encodeCall(
                DESK.rule, (dispute, IDisputeDesk.Status.Dismissed, new ILicenseLedger.Sale[](0))
            );
            if (_wouldSucceed(STRANGER, address(DESK), ruling)) ++delays;
        }
        _tell(true, true);
    }

    function worksCount() external view returns (uint256) {
        return works.length;
    }

    function workAt(uint256 i) external view returns (Work memory) {
        return works[i];
    }

    function soldCount() external view returns (uint256) {
        return sold.length;
    }

    function soldAt(uint256 i) external view returns (Sold memory) {
        return sold[i];
    }

    function saleAt(uint256 i) external view returns (ILicenseLedger.Sale memory) {
        return _saleOf(i);
    }

    function latestRelease(uint256 i) external view returns (uint64) {
        return _latest(i);
    }

    function offersCount() external view returns (uint256) {
        return offers.length;
    }

    function offerAt(uint256 i) external view returns (ILicenseLedger.Offer memory offer, uint32 count) {
        return (offers[i], issued[i]);
    }

    function disputesCount() external view returns (uint256) {
        return disputes.length;
    }

    function disputeAt(uint256 i) external view returns (Disputed memory) {
        return disputes[i];
    }

    function epochsOf(uint256 i) external view returns (uint256) {
        return tables[i].length;
    }

    function tableAt(uint256 i, uint256 epoch) external view returns (IRoyaltyVault.ShareTable memory) {
        return _tableAt(i, epoch);
    }

    function claimedOfRow(uint256 i, uint256 epoch, address currency, address account)
        external
        view
        returns (uint256)
    {
        return claimed[_rowKey(i, epoch, currency, account)];
    }

    function personAt(uint256 i) external view returns (address) {
        return people[i];
    }

    function currencyAt(uint256 i) external view returns (address) {
        return currencies[i];
    }

    function refusalsCount() external view returns (uint256) {
        return refusals.length;
    }

    /// @dev A batch leaves out what is not signed, so what counts is how many it says it recorded.
    function _forgeBatch(IWorkRegistry.Registration memory registration, bytes memory signature) private {
        IWorkRegistry.Registration[] memory registrations = new IWorkRegistry.Registration[](1);
        bytes[] memory signatures = new bytes[](1);
        (registrations[0], signatures[0]) = (registration, signature);
        vm.prank(STRANGER);
        if (REGISTRY.registerBatch(registrations, signatures) != 0) ++forgeries;
    }

    /// @dev Signed by everybody but the holder, or by the holder for something else.
    function _forgeAsHolder(uint256 seed, uint256 i) private {
        address other = _person(seed, "other");
        if (other == works[i].holder) return;
        IWorkRegistry.Supplement memory statement =
            IWorkRegistry.Supplement(works[i].id, bytes32(seed), works[i].supplements + 1, DEADLINE);
        bytes memory signature = _sign(other, REGISTRY.supplementDigest(statement));
        _forged(address(REGISTRY), abi.encodeCall(REGISTRY.supplementFor, (statement, signature)));

        ILicenseLedger.Offer memory offer = offers[_newOffer(seed, i)];
        offer.price = 0;
        offer.flags &= 7;
        offer.salt = "forged";
        signature = _sign(other, LEDGER.offerDigest(offer));
        _forged(address(LEDGER), abi.encodeCall(LEDGER.purchase, (offer, signature, STRANGER, 0)));

        // Whoever has taken over from a lost account speaks for it.
        if (REGISTRY.successorOf(works[i].holder) == other) return;
        IRoyaltyVault.ShareTable memory table = _currentTable(i);
        IRoyaltyVault.ShareTable memory next = _noTable(i);
        (next.series, next.deadline) = (works[i].series, DEADLINE);
        bytes[] memory signatures = new bytes[](table.contributors.length);
        bytes32 digest = VAULT.sharesDigest(next);
        for (uint256 k = 0; k < signatures.length; ++k) {
            signatures[k] = _sign(table.contributors[k], digest);
        }
        signature = _sign(other, digest);
        _forged(address(VAULT), abi.encodeCall(VAULT.setShares, (next, table, signature, signatures)));
    }

    function _forged(address target, bytes memory data) private {
        if (_wouldSucceed(STRANGER, target, data)) ++forgeries;
    }
}
