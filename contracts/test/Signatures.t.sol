// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { LicenseLedger } from "../src/LicenseLedger.sol";
import { WorkRegistry } from "../src/WorkRegistry.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice Nobody acts under another's address without that one's signature over this very statement.
contract SignaturesTest is Scene {
    uint256 private constant OTHER_KEY = 0xBAD;

    function test_anybodyMayCarryASignedRegistration() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        vm.prank(stranger);
        uint256 workId = registry.registerFor(registration, signature);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(workId, registry.workIdOf(registration.declaration));
    }

    function test_carryingARegistrationTwiceHasOneEffect() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        uint256 workId = registry.registerFor(registration, signature);
        vm.warp(NOW + 1 hours);
        vm.recordLogs();
        vm.assertEq(registry.registerFor(registration, signature), workId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_theClaimantNeedsNoSignature() public {
        vm.prank(creator);
        uint256 workId = registry.registerFor(_registration("work"), NO_SIGNATURE);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function testFuzz_aRegistrationCountsUpToItsDeadline(uint64 deadline, uint64 time) public {
        IWorkRegistry.Registration memory registration = _registration("work");
        registration.deadline = deadline;
        bytes memory signature = _signedRegistration(registration);
        vm.warp(time);
        if (time > deadline) {
            vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.DeadlinePassed.selector, deadline, time));
        }
        registry.registerFor(registration, signature);
    }

    function test_aStatementCountsInItsLastSecond() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        vm.warp(registration.deadline);
        IWorkRegistry.Supplement memory statement = _supplement(registry.registerFor(registration, signature));
        statement.deadline = registration.deadline;
        signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        registry.supplementFor(statement, signature);
        vm.assertEq(registry.supplementsOf(statement.workId), 1);
    }

    function test_theDeadlineBindsTheClaimantToo() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        registration.deadline = NOW - 1;
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.DeadlinePassed.selector, NOW - 1, NOW));
        vm.prank(creator);
        registry.registerFor(registration, NO_SIGNATURE);
    }

    function test_anotherKeyOrNoSignatureIsRefused() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes32 digest = registry.registrationDigest(registration);
        _refuse(registration, _signature(OTHER_KEY, digest));
        _refuse(registration, NO_SIGNATURE);
        _refuse(registration, new bytes(65));
    }

    function test_theMirroredSignatureIsRefused() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes32 digest = registry.registrationDigest(registration);
        bytes memory mirrored = _mirrored(_signature(CREATOR_KEY, digest));
        (bytes32 r, bytes32 s) = abi.decode(bytes.concat(mirrored, new bytes(31)), (bytes32, bytes32));
        vm.assertEq(ecrecover(digest, uint8(mirrored[64]), r, s), creator);
        _refuse(registration, mirrored);
    }

    function test_aCompactOrALongerSignatureIsRefused() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(CREATOR_KEY, registry.registrationDigest(registration));
        bytes32 compact = bytes32(uint256(s) | (uint256(v - 27) << 255));
        _refuse(registration, abi.encodePacked(r, compact));
        _refuse(registration, abi.encodePacked(r, s, v, uint8(0)));
        _refuse(registration, abi.encodePacked(r, s, v - 27));
    }

    function testFuzz_anAlteredRegistrationIsRefused(uint8 field, uint256 change) public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        IWorkRegistry.Declaration memory declaration = registration.declaration;
        change = change == 0 ? 1 : change;
        if (field % 7 == 0) declaration.contentHash ^= bytes32(change);
        else if (field % 7 == 1) declaration.fingerprintHash ^= bytes32(change);
        else if (field % 7 == 2) declaration.metadataHash ^= bytes32(change);
        else if (field % 7 == 3) declaration.previous ^= change;
        else if (field % 7 == 4) declaration.parents = _one(change);
        else if (field % 7 == 5) declaration.claimant = address(uint160(creator) ^ (uint160(change) | 1));
        else registration.deadline += uint64(change % 365 days) + 1;
        _refuse(registration, signature);
    }

    function testFuzz_anAlteredSupplementIsRefused(uint8 field, uint256 change) public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        uint256 other = _registered("another work");
        bytes memory signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        change = change == 0 ? 1 : change;
        if (field % 4 == 0) {
            statement.workId = other;
        } else if (field % 4 == 1) {
            statement.metadataHash ^= bytes32(change);
        } else if (field % 4 == 2) {
            vm.prank(creator);
            statement.sequence = registry.supplement(statement.workId, "first") + 1;
        } else {
            statement.deadline += uint64(change % 365 days) + 1;
        }
        _refuse(statement, creator, signature);
    }

    function test_aSignatureForAnotherChainIsRefused() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        vm.chainId(11_155_111);
        _refuse(registration, signature);
    }

    function test_aSignatureForAnotherRegistryIsRefused() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signature(CREATOR_KEY, _otherRegistry().registrationDigest(registration));
        _refuse(registration, signature);
    }

    function test_aSupplementForAnotherChainOrRegistryIsRefused() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        _refuse(statement, creator, _signature(CREATOR_KEY, _otherRegistry().supplementDigest(statement)));
        bytes memory signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        _refuse(statement, creator, _mirrored(signature));
        vm.chainId(11_155_111);
        _refuse(statement, creator, signature);
    }

    function test_nobodySignsForTheZeroAddress() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        registration.declaration.claimant = address(0);
        _refuse(registration, new bytes(65));
        _refuse(registration, NO_SIGNATURE);
        _refuse(registration, abi.encodePacked(bytes32(0), bytes32(0), uint8(27)));
    }

    function test_anybodyMayCarryASignedSupplementOnce() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        bytes memory signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        vm.expectEmit(address(registry));
        emit IWorkRegistry.SupplementRecorded(statement.workId, 1, statement.metadataHash, creator);
        vm.prank(stranger);
        registry.supplementFor(statement, signature);
        vm.assertEq(registry.supplementsOf(statement.workId), 1);

        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.SequenceNotNext.selector, statement.workId, 2, 1)
        );
        registry.supplementFor(statement, signature);
    }

    function test_aSupplementMustBeTheNext() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        statement.sequence = 2;
        bytes memory signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.SequenceNotNext.selector, statement.workId, 1, 2)
        );
        registry.supplementFor(statement, signature);
    }

    function test_aLateSupplementIsRefused() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        bytes memory signature = _signature(CREATOR_KEY, registry.supplementDigest(statement));
        vm.warp(statement.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWorkRegistry.DeadlinePassed.selector, statement.deadline, statement.deadline + 1
            )
        );
        registry.supplementFor(statement, signature);
    }

    function test_theHolderNeedsNoSignatureToCarryASupplement() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        vm.prank(creator);
        registry.supplementFor(statement, NO_SIGNATURE);
        vm.assertEq(registry.supplementsOf(statement.workId), 1);
    }

    function test_aFormerHolderCannotSupplement() public {
        IWorkRegistry.Supplement memory statement = _supplement(_registered("work"));
        bytes32 digest = registry.supplementDigest(statement);
        bytes memory signature = _signature(CREATOR_KEY, digest);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, statement.workId);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, buyer, digest));
        registry.supplementFor(statement, signature);
    }

    function test_aSupplementToAnUnknownWorkIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42));
        registry.supplementFor(_supplement(42), NO_SIGNATURE);
    }

    function testFuzz_anOfferAlteredInItsTermsIsRefused(uint8 field, uint64 change) public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        bytes memory signature = _signed(offer);
        change = change == 0 ? 1 : change;
        if (field % 7 == 0) offer.termsHash ^= bytes32(uint256(change));
        else if (field % 7 == 1) offer.flags ^= uint32(2) << uint32(change % 3);
        else if (field % 7 == 2) offer.royaltyBps = uint16(change % 1000);
        else if (field % 7 == 3) offer.licensee = buyer;
        else if (field % 7 == 4) offer.validFrom -= change % NOW + 1;
        else if (field % 7 == 5) offer.validUntil += change % 365 days + 1;
        else offer.salt ^= bytes32(uint256(change));
        _refuse(offer, signature);
    }

    function testFuzz_anOfferAlteredInItsPriceOrItsReachIsRefused(uint8 field, uint64 change) public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        bytes memory signature = _signed(offer);
        if (field % 5 == 0) {
            offer.price -= uint256(change) % PRICE + 1;
        } else if (field % 5 == 1) {
            offer.currency = address(token);
        } else if (field % 5 == 2) {
            offer.maxGrants -= uint32(change) / 2 + 1;
        } else if (field % 5 == 3) {
            offer.duration += change % 365 days + 1;
        } else {
            offer.carrier = carrier;
            offer.carrierBps = uint16(change % 10_000) + 1;
        }
        _refuse(offer, signature);
    }

    function test_anOfferForAnotherWorkAnotherSeriesOrAnotherLicensorIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        bytes memory signature = _signed(offer);
        uint256 workId = offer.workId;
        offer.workId = _registered("another work");
        _refuse(offer, signature);

        offer.workId = workId;
        vm.prank(creator);
        offer.series = registry.cancelAllOffers(workId);
        _refuse(offer, signature);

        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        offer.series += 1;
        offer.licensor = stranger;
        _refuse(offer, signature);
    }

    function test_anOfferSignedForAnotherChainOrLedgerIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        LicenseLedger other = new LicenseLedger(registry, vault, desk);
        _refuse(offer, _signature(CREATOR_KEY, other.offerDigest(offer)));
        bytes memory signature = _signed(offer);
        _refuse(offer, _mirrored(signature));
        vm.chainId(11_155_111);
        _refuse(offer, signature);
    }

    function test_theLicensorNeedsNoSignature() public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        offer.price = 0;
        vm.prank(creator);
        uint256 grantId = ledger.purchase(offer, NO_SIGNATURE, buyer, 0);
        vm.assertEq(ledger.ownerOf(grantId), buyer);
    }

    function test_theDomainIsPublishedAndFollowsTheChainId() public {
        (, string memory name, string memory version, uint256 chainId, address contractAddress,,) =
            registry.eip712Domain();
        vm.assertEq(name, "Colophon WorkRegistry");
        vm.assertEq(version, "1");
        vm.assertEq(chainId, block.chainid);
        vm.assertEq(contractAddress, address(registry));
        (, name, version,, contractAddress,,) = ledger.eip712Domain();
        vm.assertEq(name, "Colophon LicenseLedger");
        vm.assertEq(version, "1");
        vm.assertEq(contractAddress, address(ledger));
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes32 before = registry.registrationDigest(registration);
        vm.chainId(5);
        vm.assertTrue(registry.registrationDigest(registration) != before);
    }

    function _supplement(uint256 workId) private pure returns (IWorkRegistry.Supplement memory) {
        return IWorkRegistry.Supplement({
            workId: workId, metadataHash: keccak256("more"), sequence: 1, deadline: NOW + 1 days
        });
    }

    function _refuse(IWorkRegistry.Registration memory registration, bytes memory signature) private {
        bytes32 digest = registry.registrationDigest(registration);
        address claimant = registration.declaration.claimant;
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, claimant, digest));
        registry.registerFor(registration, signature);
    }

    function _refuse(IWorkRegistry.Supplement memory statement, address holder, bytes memory signature)
        private
    {
        bytes32 digest = registry.supplementDigest(statement);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, holder, digest));
        registry.supplementFor(statement, signature);
    }

    function _refuse(ILicenseLedger.Offer memory offer, bytes memory signature) private {
        bytes32 digest = ledger.offerDigest(offer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.InvalidSignature.selector, offer.licensor, digest)
        );
        vm.prank(buyer);
        ledger.purchase{ value: offer.currency == address(0) ? offer.price : 0 }(
            offer, signature, buyer, offer.price
        );
    }

    function _otherRegistry() private returns (WorkRegistry) {
        return new WorkRegistry(log, desk, ledger, vault);
    }

    function _one(uint256 parent) private pure returns (uint256[] memory parents) {
        parents = new uint256[](1);
        parents[0] = parent;
    }
}
