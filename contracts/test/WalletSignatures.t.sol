// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";
import { CredulousDelegate, OneDigestWallet, OwnedWallet, SilentDelegate } from "./support/Wallets.sol";

/// @notice Accounts with code speak through it (ERC-1271), or still through their key (EIP-7702).
contract WalletSignaturesTest is Scene {
    uint256 private constant NEW_OWNER_KEY = 0x0E1;

    OwnedWallet private wallet;

    function setUp() public override {
        super.setUp();
        wallet = new OwnedWallet(creator);
    }

    function test_aWalletContractSpeaksForItself() public {
        IWorkRegistry.Registration memory registration = _of(address(0x3A11E7), "work");
        bytes32 digest = registry.registrationDigest(registration);
        vm.etch(address(0x3A11E7), address(new OneDigestWallet(digest)).code);
        uint256 workId = registry.registerFor(registration, "anything it understands");
        vm.assertEq(registry.ownerOf(workId), address(0x3A11E7));

        registration.deadline += 1;
        _refuse(registration, "anything it understands");
    }

    function test_aContractThatKnowsNoSignaturesIsRefused() public {
        _refuse(_of(address(new SilentDelegate()), "work"), "anything");
    }

    function test_aSignatureForOneWalletDoesNotServeAnotherWithTheSameKey() public {
        OwnedWallet other = new OwnedWallet(creator);
        IWorkRegistry.Registration memory registration = _of(address(wallet), "work");
        bytes memory signature = _signedRegistration(registration);
        bytes32 digest = registry.registrationDigest(registration);
        vm.assertEq(
            bytes32(other.isValidSignature(digest, signature)),
            bytes32(wallet.isValidSignature(digest, signature))
        );

        _refuse(_of(address(other), "work"), signature);
        _refuse(_of(creator, "work"), signature);
        uint256 workId = registry.registerFor(registration, signature);
        vm.assertEq(registry.ownerOf(workId), address(wallet));
        vm.assertEq(registry.balanceOf(address(other)), 0);
        vm.assertEq(registry.balanceOf(creator), 0);
    }

    function test_aKeysOwnSignatureDoesNotServeItsWallet() public {
        bytes memory signature = _signedRegistration(_of(creator, "work"));
        _refuse(_of(address(wallet), "work"), signature);
    }

    function test_aWalletsFormerOwnerNoLongerSpeaksForIt() public {
        IWorkRegistry.Registration memory before = _of(address(wallet), "before");
        IWorkRegistry.Registration memory late = _of(address(wallet), "late");
        bytes memory signatureBefore = _signedRegistration(before);
        bytes memory signatureLate = _signedRegistration(late);
        uint256 recorded = registry.registerFor(before, signatureBefore);

        wallet.changeOwner(vm.addr(NEW_OWNER_KEY));
        _refuse(late, signatureLate);
        _refuse(before, signatureBefore);
        vm.assertEq(registry.ownerOf(recorded), address(wallet));
        vm.assertEq(registry.effectiveDateOf(recorded), NOW);

        bytes memory fresh = _signature(NEW_OWNER_KEY, registry.registrationDigest(late));
        uint256 workId = registry.registerFor(late, fresh);
        vm.assertEq(registry.ownerOf(workId), address(wallet));
    }

    function test_aFormerOwnersCommitmentAndLogEntryNeedTheWalletsConsentOfToday() public {
        IWorkRegistry.Registration memory registration = _of(address(wallet), "work");
        bytes memory signature = _signedRegistration(registration);
        registry.commit(registry.commitmentOf(registry.workIdOf(registration.declaration), "salt"));
        ICheckpointLog.Inclusion memory inclusion = _logged(registration);
        vm.warp(NOW + 60);
        wallet.changeOwner(vm.addr(NEW_OWNER_KEY));

        bytes memory refusal = _refusal(registration);
        vm.expectRevert(refusal);
        registry.reveal(registration, "salt", signature);
        vm.expectRevert(refusal);
        registry.registerFromLog(registration, signature, inclusion);
    }

    function test_anEarlierProofLowersAWalletsDateWhoeverOwnsItNow() public {
        IWorkRegistry.Registration memory registration = _of(address(wallet), "work");
        bytes memory signature = _signedRegistration(registration);
        registry.commit(registry.commitmentOf(registry.workIdOf(registration.declaration), "salt"));
        vm.warp(NOW + 100);
        ICheckpointLog.Inclusion memory inclusion = _logged(registration);
        vm.warp(NOW + 200);
        uint256 workId = registry.registerFor(registration, signature);
        wallet.changeOwner(vm.addr(NEW_OWNER_KEY));

        registry.registerFromLog(registration, NO_SIGNATURE, inclusion);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 100);
        registry.reveal(registration, "salt", NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), address(wallet));
    }

    function test_aWalletsFormerOwnerNoLongerSupplementsItsWork() public {
        IWorkRegistry.Registration memory registration = _of(address(wallet), "work");
        uint256 workId = registry.registerFor(registration, _signedRegistration(registration));
        IWorkRegistry.Supplement memory statement = IWorkRegistry.Supplement({
            workId: workId, metadataHash: "more", sequence: 1, deadline: FOR_EVER
        });
        bytes32 digest = registry.supplementDigest(statement);
        bytes memory signature = _signature(CREATOR_KEY, digest);
        wallet.changeOwner(vm.addr(NEW_OWNER_KEY));
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, address(wallet), digest)
        );
        registry.supplementFor(statement, signature);

        registry.supplementFor(statement, _signature(NEW_OWNER_KEY, digest));
        vm.assertEq(registry.supplementsOf(workId), 1);
    }

    function test_anAccountThatDelegatesToCodeStillSignsWithItsKey() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes memory signature = _signedRegistration(registration);
        vm.signAndAttachDelegation(address(new SilentDelegate()), CREATOR_KEY);
        uint256 workId = registry.registerFor(registration, signature);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(creator.code.length, 23);
    }

    function test_anAccountThatDelegatesToCodeStillSignsWithItsKeyInABatch() public {
        (IWorkRegistry.Registration[] memory batch, bytes[] memory signatures) = _batchOfOne();
        vm.signAndAttachDelegation(address(new SilentDelegate()), CREATOR_KEY);
        vm.assertEq(registry.registerBatch(batch, signatures), 1);
        vm.assertEq(creator.code.length, 23);
    }

    function test_theCodeThatAnAccountDelegatesToSpeaksForItToo() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        _refuse(registration, "anything");
        vm.signAndAttachDelegation(address(new CredulousDelegate()), CREATOR_KEY);
        uint256 workId = registry.registerFor(registration, "anything");
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_inABatchOnlyTheKeyOfADelegatingAccountCounts() public {
        (IWorkRegistry.Registration[] memory batch, bytes[] memory signatures) = _batchOfOne();
        signatures[0] = "anything";
        vm.signAndAttachDelegation(address(new CredulousDelegate()), CREATOR_KEY);
        vm.assertEq(registry.registerBatch(batch, signatures), 0);
    }

    function _of(address claimant, string memory text)
        private
        view
        returns (IWorkRegistry.Registration memory registration)
    {
        registration = _registration(text);
        registration.declaration.claimant = claimant;
    }

    function _batchOfOne()
        private
        view
        returns (IWorkRegistry.Registration[] memory batch, bytes[] memory signatures)
    {
        batch = new IWorkRegistry.Registration[](1);
        batch[0] = _registration("work");
        signatures = new bytes[](1);
        signatures[0] = _signedRegistration(batch[0]);
    }

    function _refusal(IWorkRegistry.Registration memory registration) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IWorkRegistry.InvalidSignature.selector,
            registration.declaration.claimant,
            registry.registrationDigest(registration)
        );
    }

    function _refuse(IWorkRegistry.Registration memory registration, bytes memory signature) private {
        vm.expectRevert(_refusal(registration));
        registry.registerFor(registration, signature);
    }
}
