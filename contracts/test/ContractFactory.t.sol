// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CREATE3 } from "solady/utils/CREATE3.sol";

import { CheckpointLog } from "../src/CheckpointLog.sol";
import { IContractFactory } from "../src/interfaces/IContractFactory.sol";
import { vm } from "./support/Cheats.sol";
import { PlainToken } from "./support/PlainToken.sol";
import { Scene } from "./support/Scene.sol";

/// @notice An address that somebody has announced is theirs to fill, whatever the code.
contract ContractFactoryTest is Scene {
    bytes32 private constant SALT = "salt";

    function test_theAddressIsKnownBefore() public {
        address predicted = factory.addressOf(creator, SALT);
        vm.assertEq(predicted.code.length, 0);
        vm.expectEmit(address(factory));
        emit IContractFactory.ContractDeployed(creator, SALT, predicted);
        vm.prank(creator);
        vm.assertEq(factory.deploy(SALT, vm.getCode("CheckpointLog")), predicted);

        CheckpointLog(predicted).anchor("root", 1);
        vm.assertEq(factory.addressOf(creator, SALT), predicted);
    }

    function test_theAddressDoesNotDependOnTheCode() public {
        address predicted = factory.addressOf(creator, SALT);
        vm.prank(creator);
        vm.assertEq(factory.deploy(SALT, vm.getCode("PlainToken")), predicted);
        vm.assertEq(PlainToken(predicted).symbol(), "PLAIN");
    }

    function test_aSaltCopiedByAnotherSenderLandsElsewhere() public {
        address predicted = factory.addressOf(creator, SALT);
        vm.prank(stranger);
        address copied = factory.deploy(SALT, vm.getCode("PlainToken"));
        vm.assertTrue(copied != predicted);
        vm.assertEq(copied, factory.addressOf(stranger, SALT));
        vm.assertEq(predicted.code.length, 0);

        vm.prank(creator);
        vm.assertEq(factory.deploy(SALT, vm.getCode("CheckpointLog")), predicted);
    }

    function test_aSaltWorksOnceForEachSender() public {
        bytes memory code = vm.getCode("CheckpointLog");
        vm.prank(creator);
        address first = factory.deploy(SALT, code);
        vm.expectRevert(abi.encodeWithSelector(CREATE3.DeploymentFailed.selector));
        vm.prank(creator);
        factory.deploy(SALT, vm.getCode("PlainToken"));

        CheckpointLog(first).anchor("root", 1);
        vm.prank(creator);
        vm.assertTrue(factory.deploy("another salt", code) != first);
    }

    function test_aConstructorThatFailsLeavesTheSaltUnused() public {
        bytes memory failing = hex"5f5ffd"; // revert without a reason
        vm.expectRevert(abi.encodeWithSelector(CREATE3.DeploymentFailed.selector));
        vm.prank(creator);
        factory.deploy(SALT, failing);

        vm.prank(creator);
        vm.assertEq(factory.deploy(SALT, vm.getCode("CheckpointLog")), factory.addressOf(creator, SALT));
    }

    function test_eachOfTheFiveContractsKnowsTheOthers() public view {
        vm.assertEq(address(registry.log()), address(log));
        vm.assertEq(address(registry.desk()), address(desk));
        vm.assertEq(address(registry.ledger()), address(ledger));
        vm.assertEq(address(registry.vault()), address(vault));
        vm.assertEq(address(ledger.registry()), address(registry));
        vm.assertEq(address(ledger.vault()), address(vault));
        vm.assertEq(address(ledger.desk()), address(desk));
        vm.assertEq(address(vault.registry()), address(registry));
        vm.assertEq(address(vault.ledger()), address(ledger));
        vm.assertEq(address(desk.registry()), address(registry));
        vm.assertEq(address(desk.ledger()), address(ledger));
    }
}
