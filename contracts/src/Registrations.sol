// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Titles } from "./Titles.sol";
import { ICheckpointLog } from "./interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { MerkleInclusion } from "./libraries/MerkleInclusion.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";
import { TitleFlags } from "./libraries/TitleFlags.sol";

/// @title The ways in
/// @author Colophon
/// @notice Whichever way a declaration comes, it ends in one function. Recording it again can only lower its date.
abstract contract Registrations is Titles {
    /// @dev Royalties visit every parent once in one transaction, so their number is bounded.
    uint256 private constant PARENTS_LIMIT = 8;

    /// @dev Longer than any block takes, so that nobody can answer a reveal with an equally old commitment.
    uint64 private constant REVEAL_AGE = 60 seconds;

    /// @inheritdoc IWorkRegistry
    ICheckpointLog public immutable log;

    mapping(bytes32 commitment => uint256 time) private _committedAt;

    constructor(ICheckpointLog log_) {
        log = log_;
    }

    /// @inheritdoc IWorkRegistry
    function register(Declaration calldata declaration) external returns (uint256 workId) {
        if (declaration.claimant != msg.sender) revert NotClaimant(declaration.claimant, msg.sender);

        workId = _record(declaration, Statements.hash(declaration), uint64(block.timestamp));
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(Registration calldata registration, bytes calldata signature)
        external
        returns (uint256 workId)
    {
        bytes32 declarationHash = Statements.hash(registration.declaration);
        _requireInTime(registration.deadline);
        _requireConsent(registration, declarationHash, signature);

        workId = _record(registration.declaration, declarationHash, uint64(block.timestamp));
    }

    /// @inheritdoc IWorkRegistry
    function registerBatch(Registration[] calldata registrations, bytes[] calldata signatures)
        external
        returns (uint256 recorded)
    {
        if (registrations.length != signatures.length) {
            revert BatchLengthsDiffer(registrations.length, signatures.length);
        }

        for (uint256 i = 0; i < registrations.length; ++i) {
            Registration calldata registration = registrations[i];
            bytes32 declarationHash = Statements.hash(registration.declaration);
            (bool accepted, SkipReason reason) = _judge(registration, declarationHash, signatures[i]);
            if (accepted) {
                _create(registration.declaration, declarationHash, uint64(block.timestamp));
                ++recorded;
            } else {
                emit RegistrationSkipped(uint256(declarationHash), i, reason);
            }
        }
    }

    /// @inheritdoc IWorkRegistry
    function commit(bytes32 commitment) external {
        if (_committedAt[commitment] != 0) return;

        _committedAt[commitment] = block.timestamp;
        emit CommitmentMade(commitment);
    }

    /// @inheritdoc IWorkRegistry
    function reveal(Registration calldata registration, bytes32 salt, bytes calldata signature)
        external
        returns (uint256 workId)
    {
        bytes32 declarationHash = Statements.hash(registration.declaration);
        bytes32 commitment = commitmentOf(uint256(declarationHash), salt);
        uint64 time = committedAt(commitment);
        // Zero is what was never written.
        // slither-disable-next-line incorrect-equality
        if (time == 0) revert UnknownCommitment(commitment);
        if (block.timestamp < time + REVEAL_AGE) {
            revert CommitmentTooYoung(time + REVEAL_AGE, uint64(block.timestamp));
        }
        if (!_exists(uint256(declarationHash))) {
            _requireInTime(registration.deadline);
            _requireConsent(registration, declarationHash, signature);
        }

        workId = _record(registration.declaration, declarationHash, time);
    }

    /// @inheritdoc IWorkRegistry
    function registerFromLog(
        Registration calldata registration,
        bytes calldata signature,
        ICheckpointLog.Inclusion calldata inclusion
    ) external returns (uint256 workId) {
        bytes32 declarationHash = Statements.hash(registration.declaration);
        bytes32 leaf = _hashTypedDataV4(Statements.hashRegistration(declarationHash, registration.deadline));
        // The proof is checked here: handing it to the log would cost more than checking it.
        uint64 time = log.anchoredAt(inclusion.log, inclusion.root, inclusion.size);
        MerkleInclusion.requireIncluded(inclusion, leaf, time);
        if (registration.deadline < time) revert AnchoredAfterDeadline(registration.deadline, time);
        if (!_exists(uint256(declarationHash))) {
            _requireConsent(registration, declarationHash, signature);
        }

        workId = _record(registration.declaration, declarationHash, time);
    }

    /// @inheritdoc IWorkRegistry
    function cancel(Declaration calldata declaration) external {
        if (declaration.claimant != msg.sender) revert NotClaimant(declaration.claimant, msg.sender);
        uint256 workId = uint256(Statements.hash(declaration));
        if (_exists(workId)) revert AlreadyRegistered(workId);
        if (isCancelled(workId)) return;

        _setFlags(workId, TitleFlags.CANCELLED);
        emit DeclarationCancelled(workId, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function committedAt(bytes32 commitment) public view returns (uint64 time) {
        return uint64(_committedAt[commitment]);
    }

    /// @inheritdoc IWorkRegistry
    function commitmentOf(uint256 workId, bytes32 salt) public pure returns (bytes32 commitment) {
        return keccak256(abi.encode(workId, salt));
    }

    /// @inheritdoc IWorkRegistry
    function workIdOf(Declaration calldata declaration) external pure returns (uint256 workId) {
        return uint256(Statements.hash(declaration));
    }

    /// @inheritdoc IWorkRegistry
    function registrationDigest(Registration calldata registration) external view returns (bytes32 digest) {
        bytes32 declarationHash = Statements.hash(registration.declaration);
        return _hashTypedDataV4(Statements.hashRegistration(declarationHash, registration.deadline));
    }

    /// @dev Every way in ends here. An earlier proof lowers the date of what is recorded; anything else changes nothing.
    function _record(Declaration calldata declaration, bytes32 declarationHash, uint64 effectiveDate)
        private
        returns (uint256 workId)
    {
        workId = uint256(declarationHash);
        if (_exists(workId)) {
            _lowerDate(workId, effectiveDate);
        } else {
            _requireAscending(declaration.parents);
            _create(declaration, declarationHash, effectiveDate);
        }
    }

    function _create(Declaration calldata declaration, bytes32 declarationHash, uint64 effectiveDate)
        private
    {
        bool previousRelated =
            declaration.previous != 0 && _ownerOf(declaration.previous) == declaration.claimant;
        _mintTitle(declaration.claimant, uint256(declarationHash), effectiveDate);
        emit WorkRegistered(
            uint256(declarationHash),
            declaration.claimant,
            declaration.contentHash,
            declaration.fingerprintHash,
            declaration.metadataHash,
            declaration.parents,
            declaration.previous,
            previousRelated,
            effectiveDate
        );
    }

    /// @dev What a batch makes of one item. Contracts are not asked for their signature: one of them could use up the
    /// gas of all.
    function _judge(Registration calldata registration, bytes32 declarationHash, bytes calldata signature)
        private
        view
        returns (bool accepted, SkipReason reason)
    {
        Declaration calldata declaration = registration.declaration;
        if (_exists(uint256(declarationHash))) return (false, SkipReason.AlreadyRegistered);
        if (block.timestamp > registration.deadline) return (false, SkipReason.DeadlinePassed);
        (bool ascending,,) = _ascent(declaration.parents);
        if (!ascending) return (false, SkipReason.MalformedParents);
        if (declaration.claimant == msg.sender) return (true, reason);
        if (isCancelled(uint256(declarationHash))) return (false, SkipReason.Cancelled);

        bytes32 digest = _hashTypedDataV4(Statements.hashRegistration(declarationHash, registration.deadline));
        accepted = Signatures.isKeySignature(declaration.claimant, digest, signature);
        reason = SkipReason.InvalidSignature;
    }

    function _requireConsent(
        Registration calldata registration,
        bytes32 declarationHash,
        bytes calldata signature
    ) private view {
        if (registration.declaration.claimant == msg.sender) return;
        if (isCancelled(uint256(declarationHash))) revert DeclarationIsCancelled(uint256(declarationHash));

        bytes32 structHash = Statements.hashRegistration(declarationHash, registration.deadline);
        _requireStatementOf(registration.declaration.claimant, structHash, signature);
    }

    function _requireAscending(uint256[] calldata parents) private pure {
        if (parents.length > PARENTS_LIMIT) revert TooManyParents(parents.length, PARENTS_LIMIT);

        (bool ascending, uint256 earlier, uint256 later) = _ascent(parents);
        if (!ascending) revert ParentsNotAscending(earlier, later);
    }

    function _ascent(uint256[] calldata parents)
        private
        pure
        returns (bool ascending, uint256 earlier, uint256 later)
    {
        if (parents.length > PARENTS_LIMIT) return (false, 0, 0);

        for (uint256 i = 0; i < parents.length; ++i) {
            later = parents[i];
            if (later <= earlier) return (false, earlier, later);
            earlier = later;
        }
        ascending = true;
    }
}
