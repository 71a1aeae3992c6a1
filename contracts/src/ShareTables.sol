// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { IRoyaltyVault } from "./interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Offers } from "./libraries/Offers.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";

/// @title Who shares a work's revenue
/// @author Colophon
/// @notice Storage holds the hash of each table; whoever needs the table brings it along.
abstract contract ShareTables is IRoyaltyVault, EIP712 {
    /// @dev Everybody in two tables signs in one transaction.
    uint256 private constant ROWS_LIMIT = 32;

    /// @inheritdoc IRoyaltyVault
    IWorkRegistry public immutable registry;

    /// @inheritdoc IRoyaltyVault
    mapping(uint256 workId => uint32 epoch) public epochOf;

    /// @inheritdoc IRoyaltyVault
    mapping(uint256 workId => mapping(uint32 epoch => bytes32 tableHash)) public tableHashOf;

    constructor(IWorkRegistry registry_) EIP712("Colophon RoyaltyVault", "1") {
        registry = registry_;
    }

    /// @inheritdoc IRoyaltyVault
    function setShares(
        ShareTable calldata table,
        ShareTable calldata current,
        bytes calldata holderSignature,
        bytes[] calldata signatures
    ) external {
        uint256 workId = table.workId;
        uint32 epoch = epochOf[workId] + 1;
        if (table.epoch != epoch) revert EpochNotNext(workId, epoch, table.epoch);
        if (current.workId != workId || current.epoch != epoch - 1) {
            revert WrongTable(workId, current.epoch);
        }
        _requireTable(current);
        _requireWellFormed(table);
        if (block.timestamp > table.deadline) {
            revert DeadlinePassed(table.deadline, uint64(block.timestamp));
        }
        bytes32 tableHash = Statements.hash(table);
        _requireConsent(table, current, tableHash, holderSignature, signatures);

        epochOf[workId] = epoch;
        tableHashOf[workId][epoch] = tableHash;
        emit SharesSet(workId, epoch, tableHash, table.series, table.contributors, table.bps, table.deadline);
    }

    /// @dev What is released from now on is shared by nobody; earlier tables keep what was released under them.
    function _startUnshared(uint256 workId) internal {
        uint32 epoch = epochOf[workId] + 1;
        epochOf[workId] = epoch;
        emit RevenueReset(workId, epoch);
    }

    /// @inheritdoc IRoyaltyVault
    function sharesDigest(ShareTable calldata table) external view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(table));
    }

    function _requireTable(ShareTable calldata table) internal view {
        // No hash stands for no table: before the first one, and after a ruling gave the title away.
        bytes32 known = tableHashOf[table.workId][table.epoch];
        bool matches = known == 0 ? table.contributors.length == 0 : Statements.hash(table) == known;
        if (!matches) revert WrongTable(table.workId, table.epoch);
    }

    /// @dev What the contributors of a table share together, in hundredths of a percent.
    function _sharedBps(ShareTable calldata table) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < table.contributors.length; ++i) {
            sum += table.bps[i];
        }
    }

    /// @dev Walks both tables at once, in order; who is in both signs once.
    function _requireConsent(
        ShareTable calldata table,
        ShareTable calldata current,
        bytes32 tableHash,
        bytes calldata holderSignature,
        bytes[] calldata signatures
    ) private view {
        bytes32 digest = _hashTypedDataV4(tableHash);
        // The title's date and flags are no matter of its shares.
        // slither-disable-next-line unused-return
        (address holder,, uint32 series,) = registry.titleOf(table.workId);
        if (series != table.series) revert SeriesChanged(table.workId, series, table.series);
        _requireSignatureOf(holder, holder, digest, holderSignature, true);
        uint256 i = 0;
        uint256 j = 0;
        uint256 signed = 0;
        while (i < table.contributors.length || j < current.contributors.length) {
            address next = i < table.contributors.length ? table.contributors[i] : address(type(uint160).max);
            address old =
                j < current.contributors.length ? current.contributors[j] : address(type(uint160).max);
            if (next <= old) ++i;
            if (old <= next) ++j;
            if (signed < signatures.length) {
                _requireSignatureOf(next < old ? next : old, holder, digest, signatures[signed], false);
            }
            ++signed;
        }
        if (signed != signatures.length) revert WrongSignatureCount(signed, signatures.length);
    }

    function _requireSignatureOf(
        address signer,
        address holder,
        bytes32 digest,
        bytes calldata signature,
        bool asHolder
    ) private view {
        if (signer == msg.sender || (!asHolder && signer == holder)) return;
        if (Signatures.isSignedBy(signer, digest, signature)) return;

        // Whoever has taken over from a lost account speaks for it: else its row would bind the others for ever.
        address successor = registry.successorOf(signer);
        bool spoken = successor != address(0)
            && (successor == msg.sender || Signatures.isSignedBy(successor, digest, signature));
        if (!spoken) revert InvalidSignature(signer, digest);
    }

    function _holderOf(uint256 workId) internal view returns (address holder) {
        // Only the holder is asked for.
        // slither-disable-next-line unused-return
        (holder,,,) = registry.titleOf(workId);
    }

    function _requireWellFormed(ShareTable calldata table) private pure {
        uint256 rows = table.contributors.length;
        if (rows != table.bps.length) revert TableLengthsDiffer(rows, table.bps.length);
        if (rows > ROWS_LIMIT) revert TooManyContributors(rows, ROWS_LIMIT);

        address earlier = address(0);
        for (uint256 i = 0; i < rows; ++i) {
            address later = table.contributors[i];
            if (later <= earlier) revert ContributorsNotAscending(earlier, later);
            if (table.bps[i] == 0) revert ZeroShare(later);
            earlier = later;
        }
        uint256 sum = _sharedBps(table);
        if (sum > Offers.BPS) revert SharesTooHigh(sum, Offers.BPS);
    }
}
