// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeDesk } from "../src/DisputeDesk.sol";
import { LicenseLedger } from "../src/LicenseLedger.sol";
import { RoyaltyVault } from "../src/RoyaltyVault.sol";
import { WorkRegistry } from "../src/WorkRegistry.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";

/// @notice The golden vectors that every language must reproduce, byte for byte.
contract VectorsTest {
    string private vectors;
    WorkRegistry private registry;
    LicenseLedger private ledger;
    RoyaltyVault private vault;
    DisputeDesk private desk;

    /// @dev The contracts are put where the vectors say they lie: their addresses are part of every digest.
    function setUp() public {
        vectors = vm.readFile("../tests/vectors/statements.json");
        vm.chainId(vm.parseJsonUint(vectors, ".domain.WorkRegistry.chainId"));
        registry = WorkRegistry(_place("WorkRegistry"));
        ledger = LicenseLedger(_place("LicenseLedger"));
        vault = RoyaltyVault(payable(_place("RoyaltyVault")));
        desk = DisputeDesk(_place("DisputeDesk"));
        _placed("WorkRegistry", abi.encode(address(0x109), desk, ledger, vault));
        _placed("LicenseLedger", abi.encode(registry, vault, desk));
        _placed("RoyaltyVault", abi.encode(registry, ledger));
        IDisputeDesk.Periods memory periods =
            IDisputeDesk.Periods({ escrow: 14 days, hold: 60 days, answer: 14 days, ruling: 60 days });
        _placed("DisputeDesk", abi.encode(registry, ledger, address(0xA4B1), 1 ether, periods));
    }

    function test_registrationsHashAsEverywhereElse() public view {
        uint256 count = _count(".registration");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".registration", i);
            IWorkRegistry.Registration memory registration = _registration(string.concat(path, ".message"));
            uint256 workId = registry.workIdOf(registration.declaration);
            vm.assertEq(bytes32(workId), _word(path, ".work_id"));
            _requireSame(path, registry.registrationDigest(registration), "WorkRegistry");
        }
    }

    function test_supplementsHashAsEverywhereElse() public view {
        uint256 count = _count(".supplement");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".supplement", i);
            IWorkRegistry.Supplement memory statement = IWorkRegistry.Supplement({
                workId: _number(path, ".message.workId"),
                metadataHash: _word(path, ".message.metadataHash"),
                sequence: uint32(_number(path, ".message.sequence")),
                deadline: uint64(_number(path, ".message.deadline"))
            });
            _requireSame(path, registry.supplementDigest(statement), "WorkRegistry");
        }
    }

    function test_offersHashAsEverywhereElse() public view {
        uint256 count = _count(".offer");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".offer", i);
            ILicenseLedger.Offer memory offer = _offer(string.concat(path, ".message"));
            vm.assertEq(ledger.offerHashOf(offer), _word(path, ".struct_hash"), "struct hash");
            _requireSame(path, ledger.offerDigest(offer), "LicenseLedger");
        }
    }

    function test_shareTablesHashAsEverywhereElse() public view {
        uint256 count = _count(".share_table");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".share_table", i);
            _requireSame(
                path, vault.sharesDigest(_shareTable(string.concat(path, ".message"))), "RoyaltyVault"
            );
        }
    }

    function test_answersHashAsEverywhereElse() public view {
        uint256 count = _count(".answer");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".answer", i);
            IDisputeDesk.Answer memory statement = IDisputeDesk.Answer({
                disputeId: _number(path, ".message.disputeId"),
                evidenceHash: _word(path, ".message.evidenceHash"),
                deadline: uint64(_number(path, ".message.deadline"))
            });
            _requireSame(path, desk.answerDigest(statement), "DisputeDesk");
        }
    }

    function test_aSignedVectorIsAcceptedOnChain() public {
        uint256 count = _count(".registration");
        for (uint256 i = 0; i < count; ++i) {
            string memory path = _item(".registration", i);
            IWorkRegistry.Registration memory registration = _registration(string.concat(path, ".message"));
            vm.warp(registration.deadline);
            bytes memory signature = vm.parseJsonBytes(vectors, string.concat(path, ".signature"));
            uint256 workId = registry.registerFor(registration, signature);
            vm.assertEq(registry.ownerOf(workId), registration.declaration.claimant);
        }
    }

    function _requireSame(string memory path, bytes32 digest, string memory name) private view {
        bytes32 structHash = _word(path, ".struct_hash");
        bytes32 separator = _separator(string.concat(".domain.", name));
        vm.assertEq(digest, _word(path, ".digest"), "digest");
        vm.assertEq(digest, keccak256(abi.encodePacked(hex"1901", separator, structHash)), "struct hash");
        bytes memory signature = vm.parseJsonBytes(vectors, string.concat(path, ".signature"));
        address signer = vm.parseJsonAddress(vectors, string.concat(path, ".signer"));
        vm.assertEq(_recovered(digest, signature), signer);
        vm.assertEq(vm.addr(_number(path, ".private_key")), signer);
    }

    /// @dev EIP-712, "Definition of domainSeparator", from the vectors' own words.
    function _separator(string memory path) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256(bytes(vm.parseJsonString(vectors, string.concat(path, ".name")))),
                keccak256(bytes(vm.parseJsonString(vectors, string.concat(path, ".version")))),
                _number(path, ".chainId"),
                _account(path, ".verifyingContract")
            )
        );
    }

    function _recovered(bytes32 digest, bytes memory signature) private pure returns (address) {
        vm.assertEq(signature.length, 65);
        (bytes32 r, bytes32 s) = abi.decode(bytes.concat(signature, new bytes(31)), (bytes32, bytes32));
        return ecrecover(digest, uint8(signature[64]), r, s);
    }

    function _registration(string memory path) private view returns (IWorkRegistry.Registration memory) {
        string memory inner = string.concat(path, ".declaration");
        return IWorkRegistry.Registration({
            declaration: IWorkRegistry.Declaration({
                claimant: _account(inner, ".claimant"),
                contentHash: _word(inner, ".contentHash"),
                fingerprintHash: _word(inner, ".fingerprintHash"),
                metadataHash: _word(inner, ".metadataHash"),
                parents: vm.parseJsonUintArray(vectors, string.concat(inner, ".parents")),
                previous: _number(inner, ".previous")
            }),
            deadline: uint64(_number(path, ".deadline"))
        });
    }

    function _offer(string memory path) private view returns (ILicenseLedger.Offer memory) {
        return ILicenseLedger.Offer({
            licensor: _account(path, ".licensor"),
            workId: _number(path, ".workId"),
            series: uint32(_number(path, ".series")),
            termsHash: _word(path, ".termsHash"),
            flags: uint32(_number(path, ".flags")),
            currency: _account(path, ".currency"),
            price: _number(path, ".price"),
            royaltyBps: uint16(_number(path, ".royaltyBps")),
            maxGrants: uint32(_number(path, ".maxGrants")),
            licensee: _account(path, ".licensee"),
            validFrom: uint64(_number(path, ".validFrom")),
            validUntil: uint64(_number(path, ".validUntil")),
            duration: uint64(_number(path, ".duration")),
            carrier: _account(path, ".carrier"),
            carrierBps: uint16(_number(path, ".carrierBps")),
            salt: _word(path, ".salt")
        });
    }

    function _shareTable(string memory path) private view returns (IRoyaltyVault.ShareTable memory table) {
        uint256[] memory shares = vm.parseJsonUintArray(vectors, string.concat(path, ".bps"));
        table.workId = _number(path, ".workId");
        table.series = uint32(_number(path, ".series"));
        table.epoch = uint32(_number(path, ".epoch"));
        table.contributors = vm.parseJsonAddressArray(vectors, string.concat(path, ".contributors"));
        table.bps = new uint16[](shares.length);
        for (uint256 i = 0; i < shares.length; ++i) {
            table.bps[i] = uint16(shares[i]);
        }
        table.deadline = uint64(_number(path, ".deadline"));
    }

    function _place(string memory name) private view returns (address) {
        return vm.parseJsonAddress(vectors, string.concat(".domain.", name, ".verifyingContract"));
    }

    /// @dev The creation code runs and its result is placed; it must see its own address, so it is etched first.
    function _placed(string memory name, bytes memory arguments) private {
        address place = _place(name);
        vm.etch(place, bytes.concat(vm.getCode(name), arguments));
        (bool done, bytes memory code) = place.call("");
        vm.assertTrue(done);
        vm.etch(place, code);
    }

    function _count(string memory list) private view returns (uint256 count) {
        while (vm.keyExistsJson(vectors, _item(list, count))) {
            ++count;
        }
        vm.assertTrue(count != 0, string.concat("no vectors in ", list));
    }

    function _item(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]");
    }

    function _number(string memory path, string memory key) private view returns (uint256) {
        return vm.parseJsonUint(vectors, string.concat(path, key));
    }

    function _word(string memory path, string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(vectors, string.concat(path, key));
    }

    function _account(string memory path, string memory key) private view returns (address) {
        return vm.parseJsonAddress(vectors, string.concat(path, key));
    }
}
