// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../../src/interfaces/ICheckpointLog.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { Deployment } from "./Deployment.sol";
import { MerkleTree } from "./MerkleTree.sol";
import { PlainToken } from "./PlainToken.sol";

/// @title Who and what every test starts from
/// @author Colophon
/// @notice A creator, a buyer, a carrier, a stranger and an arbiter; fresh contracts; a clock that does not stand at zero.
abstract contract Scene is Deployment {
    uint256 internal constant CREATOR_KEY = 0xC0FFEE;
    uint64 internal constant NOW = 1_800_000_000;
    uint64 internal constant FOR_EVER = type(uint64).max;
    uint32 internal constant UNLIMITED = type(uint32).max;
    uint256 internal constant PRICE = 1 ether;
    bytes internal constant NO_SIGNATURE = "";

    uint32 internal constant TRANSFERABLE = 1;
    uint32 internal constant DERIVATIVES = 2;
    uint32 internal constant SHARE_ALIKE = 4;
    uint32 internal constant EXCLUSIVE = 8;

    address internal creator = vm.addr(CREATOR_KEY);
    address internal buyer = address(0xB0B);
    address internal carrier = address(0xCA);
    address internal stranger = address(0x57A6);
    address internal logger = address(0x106);

    PlainToken internal token;

    function setUp() public virtual {
        vm.warp(NOW);
        _deploySet();
        token = new PlainToken();
        vm.deal(buyer, 1000 ether);
    }

    function _declaration(string memory text) internal view returns (IWorkRegistry.Declaration memory) {
        return IWorkRegistry.Declaration({
            claimant: creator,
            contentHash: keccak256(bytes(string.concat("content ", text))),
            fingerprintHash: keccak256(bytes(string.concat("fingerprint ", text))),
            metadataHash: keccak256(bytes(string.concat("metadata ", text))),
            parents: new uint256[](0),
            previous: 0
        });
    }

    function _registration(string memory text) internal view returns (IWorkRegistry.Registration memory) {
        return IWorkRegistry.Registration({ declaration: _declaration(text), deadline: NOW + 1 days });
    }

    function _signedRegistration(IWorkRegistry.Registration memory registration)
        internal
        view
        returns (bytes memory signature)
    {
        return _signature(CREATOR_KEY, registry.registrationDigest(registration));
    }

    /// @dev Appends the statement to the logger's log, among others', and anchors it now.
    function _logged(IWorkRegistry.Registration memory registration)
        internal
        returns (ICheckpointLog.Inclusion memory inclusion)
    {
        (uint64 before,) = log.headOf(logger);
        bytes32[] memory hashes = new bytes32[](before + 5);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = MerkleTree.leafHash(keccak256(abi.encode("somebody else's statement", i)));
        }
        uint64 leafIndex = before + 2;
        hashes[leafIndex] = MerkleTree.leafHash(registry.registrationDigest(registration));
        inclusion = ICheckpointLog.Inclusion({
            log: logger,
            root: MerkleTree.rootOf(hashes),
            size: uint64(hashes.length),
            leafIndex: leafIndex,
            proof: MerkleTree.pathOf(hashes, leafIndex)
        });
        vm.prank(logger);
        log.anchor(inclusion.root, inclusion.size);
    }

    function _registered(string memory text) internal returns (uint256 workId) {
        IWorkRegistry.Declaration memory declaration = _declaration(text);
        vm.prank(declaration.claimant);
        return registry.register(declaration);
    }

    function _offer(uint256 workId) internal view returns (ILicenseLedger.Offer memory) {
        return ILicenseLedger.Offer({
            licensor: creator,
            workId: workId,
            series: registry.seriesOf(workId),
            termsHash: keccak256("terms"),
            flags: TRANSFERABLE,
            currency: address(0),
            price: PRICE,
            royaltyBps: 1000,
            maxGrants: UNLIMITED,
            licensee: address(0),
            validFrom: NOW,
            validUntil: NOW + 30 days,
            duration: 365 days,
            carrier: address(0),
            carrierBps: 0,
            salt: keccak256("salt")
        });
    }

    function _signed(ILicenseLedger.Offer memory offer) internal view returns (bytes memory signature) {
        return _signature(CREATOR_KEY, ledger.offerDigest(offer));
    }

    function _bought(ILicenseLedger.Offer memory offer) internal returns (uint256 grantId) {
        bytes memory signature = _signed(offer);
        vm.prank(buyer);
        return ledger.purchase{ value: offer.currency == address(0) ? offer.price : 0 }(
            offer, signature, buyer, offer.price
        );
    }

    function _sale(ILicenseLedger.Offer memory offer, uint32 serial)
        internal
        pure
        returns (ILicenseLedger.Sale memory)
    {
        return ILicenseLedger.Sale({ offer: offer, serial: serial });
    }

    /// @dev A stranger contests a title, with a bond of their own.
    function _disputed(uint256 workId, bytes32 evidenceHash, address assignee)
        internal
        returns (uint256 disputeId)
    {
        vm.deal(stranger, stranger.balance + BOND);
        vm.prank(stranger);
        return desk.open{ value: BOND }(workId, "not theirs", evidenceHash, assignee);
    }

    function _signature(uint256 key, bytes32 digest) internal pure returns (bytes memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The other signature that the bare curve accepts for the same digest: n - s, and v turned round.
    function _mirrored(bytes memory signature) internal pure returns (bytes memory) {
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        (bytes32 r, bytes32 s) = abi.decode(bytes.concat(signature, new bytes(31)), (bytes32, bytes32));
        return abi.encodePacked(
            r, bytes32(order - uint256(s)), uint8(signature[64]) == 27 ? uint8(28) : uint8(27)
        );
    }
}
