// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../../src/interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { Ghosts } from "./Ghosts.sol";

/// @title Everything people do with declarations and titles
/// @author Colophon
abstract contract TitleActions is Ghosts {
    uint64 private constant REVEAL_AGE = 60;
    uint32 private constant DELAY = 7 days;
    bytes32 private constant SALT = "salt";

    IWorkRegistry.Supplement[] internal supplements;
    bytes[] internal supplementSignatures;

    function register(uint256 seed) external {
        uint256 i = _declaration(seed);
        _recordOwn(i);
        _tell(true, works[i].recorded);
    }

    function registerFor(uint256 seed) external {
        uint256 i = _declaration(seed);
        (IWorkRegistry.Registration memory registration, bytes memory signature) = _signed(i);
        bool done = _call(
            STRANGER, address(REGISTRY), abi.encodeCall(REGISTRY.registerFor, (registration, signature))
        );
        if (done) _noted(i);
        _tell(!_cancelled(i), done);
    }

    function registerBatch(uint256 seed) external {
        IWorkRegistry.Registration[] memory registrations = new IWorkRegistry.Registration[](3);
        bytes[] memory signatures = new bytes[](3);
        uint256[] memory chosen = new uint256[](3);
        bool open;
        for (uint256 k = 0; k < 3; ++k) {
            chosen[k] = _declaration(uint256(keccak256(abi.encode(seed, k))));
            (registrations[k], signatures[k]) = _signed(chosen[k]);
            open = open || (!works[chosen[k]].recorded && !_cancelled(chosen[k]));
        }
        bool done = _call(
            STRANGER, address(REGISTRY), abi.encodeCall(REGISTRY.registerBatch, (registrations, signatures))
        );
        for (uint256 k = 0; done && k < 3; ++k) {
            if (!_cancelled(chosen[k])) _noted(chosen[k]);
        }
        if (open || !done) _tell(true, done);
    }

    function cancel(uint256 seed) external {
        uint256 i = _declaration(seed);
        bool done =
            _call(declared[i].claimant, address(REGISTRY), abi.encodeCall(REGISTRY.cancel, (declared[i])));
        if (done) works[i].flags = 2;
        _tell(!works[i].recorded, done);
    }

    function commit(uint256 seed) external {
        uint256 i = _declaration(seed);
        bool done = _call(STRANGER, address(REGISTRY), abi.encodeCall(REGISTRY.commit, (_commitment(i))));
        if (works[i].committedAt == 0) works[i].committedAt = _now();
        _evident(i);
        _tell(true, done);
    }

    function reveal(uint256 seed) external {
        uint256 i = _draw(seed, "work", works.length);
        for (uint256 k = 0; k < works.length && works[i].committedAt == 0; ++k) {
            i = (i + 1) % works.length;
        }
        if (works[i].committedAt == 0) return;
        _waitUntil(works[i].committedAt + REVEAL_AGE);
        (IWorkRegistry.Registration memory registration, bytes memory signature) = _signed(i);
        bool done = _call(
            STRANGER, address(REGISTRY), abi.encodeCall(REGISTRY.reveal, (registration, SALT, signature))
        );
        if (done) _noted(i);
        _tell(!_cancelled(i), done);
    }

    /// @dev Each log is its own sender's, with a tree of two leaves.
    function anchor(uint256 seed) external {
        uint256 i = _declaration(seed);
        (IWorkRegistry.Registration memory registration,) = _signed(i);
        bytes32 leaf = sha256(abi.encodePacked(hex"00", REGISTRY.registrationDigest(registration)));
        ICheckpointLog.Inclusion memory inclusion;
        inclusion.log = address(uint160(0x106_000 + proofs.length));
        inclusion.size = 2;
        inclusion.leafIndex = uint64(_draw(seed, "side", 2));
        inclusion.proof = new bytes32[](1);
        inclusion.proof[0] = keccak256(abi.encode(seed));
        inclusion.root = inclusion.leafIndex == 0
            ? sha256(abi.encodePacked(hex"01", leaf, inclusion.proof[0]))
            : sha256(abi.encodePacked(hex"01", inclusion.proof[0], leaf));
        bool done = _call(inclusion.log, address(LOG), abi.encodeCall(LOG.anchor, (inclusion.root, 2)));
        proofs.push(Proof(i, _now(), inclusion));
        _evident(i);
        _tell(true, done);
    }

    function registerFromLog(uint256 seed) external {
        if (proofs.length == 0) return;
        Proof storage proof = proofs[_draw(seed, "proof", proofs.length)];
        (IWorkRegistry.Registration memory registration, bytes memory signature) = _signed(proof.work);
        bool done = _call(
            STRANGER,
            address(REGISTRY),
            abi.encodeCall(REGISTRY.registerFromLog, (registration, signature, proof.inclusion))
        );
        if (done) _noted(proof.work);
        _tell(!_cancelled(proof.work), done);
    }

    function supplement(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        bool done = _call(
            works[i].holder,
            address(REGISTRY),
            abi.encodeCall(REGISTRY.supplement, (works[i].id, bytes32(seed)))
        );
        if (done) ++works[i].supplements;
        _tell(true, done);
    }

    function supplementFor(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        IWorkRegistry.Supplement memory statement =
            IWorkRegistry.Supplement(works[i].id, bytes32(seed), works[i].supplements + 1, DEADLINE);
        bytes memory signature = _sign(works[i].holder, REGISTRY.supplementDigest(statement));
        bool done = _call(
            STRANGER, address(REGISTRY), abi.encodeCall(REGISTRY.supplementFor, (statement, signature))
        );
        if (done) ++works[i].supplements;
        supplements.push(statement);
        supplementSignatures.push(signature);
        _tell(true, done);
    }

    function transferTitle(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        address to = _person(seed, "to");
        bool done = _call(
            works[i].holder,
            address(REGISTRY),
            abi.encodeCall(REGISTRY.transferFrom, (works[i].holder, to, works[i].id))
        );
        if (!done && !_isFrozen(works[i])) ++detentions;
        if (done) _moved(works[i], to);
        _tell(false, done);
    }

    function cancelAllOffers(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        bool done = _call(
            works[i].holder, address(REGISTRY), abi.encodeCall(REGISTRY.cancelAllOffers, (works[i].id))
        );
        if (done) ++works[i].series;
        _tell(true, done);
    }

    /// @dev Rarely, since it ends all sales of a work.
    function retract(uint256 seed) external {
        uint256 i = _recordedWork(seed);
        if (seed % 4 != 0) return;
        bool done = _call(works[i].holder, address(REGISTRY), abi.encodeCall(REGISTRY.retract, (works[i].id)));
        if (done) works[i].flags |= 1;
        _tell(true, done);
    }

    function recover(uint256 seed) external {
        address lost = _person(seed, "lost");
        address successor = REGISTRY.successorOf(lost);
        if (successor == address(0)) {
            successor = _person(seed, "successor");
            _call(lost, address(REGISTRY), abi.encodeCall(REGISTRY.setRecovery, (successor, DELAY)));
            _call(successor, address(REGISTRY), abi.encodeCall(REGISTRY.startRecovery, (lost)));
            if (_draw(seed, "objects", 2) == 0) {
                _tell(true, _call(lost, address(REGISTRY), abi.encodeCall(REGISTRY.cancelRecovery, ())));
                return;
            }
            _waitUntil(_now() + DELAY);
        }
        for (uint256 i = 0; i < works.length; ++i) {
            if (works[i].recorded && works[i].holder == lost) _recoverTitle(i, lost, successor);
        }
        uint256[] memory grantIds = new uint256[](sold.length);
        for (uint256 i = 0; i < sold.length; ++i) {
            grantIds[i] = sold[i].grantId;
        }
        bool done = _call(successor, address(LEDGER), abi.encodeCall(LEDGER.recoverGrants, (lost, grantIds)));
        _tell(true, done);
    }

    function passTime(uint256 seed) external {
        vm.warp(_now() + _draw(seed, "time", 12 days));
        _tell(true, true);
    }

    function _recoverTitle(uint256 i, address lost, address successor) private {
        uint256[] memory one = new uint256[](1);
        one[0] = works[i].id;
        bool done = _call(successor, address(REGISTRY), abi.encodeCall(REGISTRY.recoverTitles, (lost, one)));
        if (!done && !_isFrozen(works[i])) ++detentions;
        if (done) _moved(works[i], successor);
    }

    /// @dev A new one while there is room, else one of those there are. A few are derived from earlier ones.
    function _declaration(uint256 seed) internal returns (uint256 i) {
        if (declared.length == WORKS) return _draw(seed, "work", WORKS);

        i = declared.length;
        uint256[] memory parents = new uint256[](i < 2 ? 0 : _draw(seed, "parents", 3));
        uint256 first = parents.length == 0 ? 0 : _draw(seed, "parent", i);
        for (uint256 k = 0; k < parents.length; ++k) {
            parents[k] = works[(first + k) % i].id;
        }
        if (parents.length == 2 && parents[0] > parents[1]) {
            (parents[0], parents[1]) = (parents[1], parents[0]);
        }
        IWorkRegistry.Declaration memory declaration = IWorkRegistry.Declaration({
            claimant: people[i % PEOPLE],
            contentHash: bytes32(i),
            fingerprintHash: 0,
            metadataHash: 0,
            parents: parents,
            previous: 0
        });
        declared.push(declaration);
        works.push().id = REGISTRY.workIdOf(declaration);
        works[i].evidenceAt = NEVER;
    }

    function _recordOwn(uint256 i) internal {
        bool done =
            _call(declared[i].claimant, address(REGISTRY), abi.encodeCall(REGISTRY.register, (declared[i])));
        if (done) _noted(i);
    }

    /// @dev Recorded, or brought with another proof: that is the only moment at which its date may move, and only to
    /// earlier.
    function _noted(uint256 i) internal {
        Work storage work = works[i];
        _evident(i);
        uint64 date = REGISTRY.effectiveDateOf(work.id);
        if (!work.recorded || date < work.date) work.date = date;
        if (work.recorded) return;
        (work.recorded, work.holder, work.flags) = (true, declared[i].claimant, 0);
    }

    function _evident(uint256 i) internal {
        if (_now() < works[i].evidenceAt) works[i].evidenceAt = _now();
    }

    function _cancelled(uint256 i) internal view returns (bool) {
        return !works[i].recorded && works[i].flags & 2 != 0;
    }

    function _signed(uint256 i) internal view returns (IWorkRegistry.Registration memory, bytes memory) {
        IWorkRegistry.Registration memory registration = IWorkRegistry.Registration(declared[i], DEADLINE);
        return (registration, _sign(declared[i].claimant, REGISTRY.registrationDigest(registration)));
    }

    function _commitment(uint256 i) internal view returns (bytes32) {
        return REGISTRY.commitmentOf(works[i].id, SALT);
    }
}
