// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CheckpointLog } from "../../src/CheckpointLog.sol";
import { ContractFactory } from "../../src/ContractFactory.sol";
import { DisputeDesk } from "../../src/DisputeDesk.sol";
import { LicenseLedger } from "../../src/LicenseLedger.sol";
import { RoyaltyVault } from "../../src/RoyaltyVault.sol";
import { WorkRegistry } from "../../src/WorkRegistry.sol";
import { IDisputeDesk } from "../../src/interfaces/IDisputeDesk.sol";
import { vm } from "./Cheats.sol";

/// @title The five contracts, each knowing the others
/// @author Colophon
/// @notice They name each other in their constructors, so they are deployed as on any chain: through the factory, at
/// addresses that are known before.
abstract contract Deployment {
    uint256 internal constant BOND = 0.1 ether;
    uint32 internal constant ESCROW_PERIOD = 14 days;
    uint32 internal constant HOLD_PERIOD = 60 days;
    uint32 internal constant ANSWER_PERIOD = 14 days;
    uint32 internal constant RULING_PERIOD = 60 days;

    bytes32 private constant LOG_SALT = "CheckpointLog";
    bytes32 private constant REGISTRY_SALT = "WorkRegistry";
    bytes32 private constant LEDGER_SALT = "LicenseLedger";
    bytes32 private constant VAULT_SALT = "RoyaltyVault";
    bytes32 private constant DESK_SALT = "DisputeDesk";

    address internal arbiter = address(0xA4B1);

    ContractFactory internal factory;
    CheckpointLog internal log;
    WorkRegistry internal registry;
    LicenseLedger internal ledger;
    RoyaltyVault internal vault;
    DisputeDesk internal desk;

    function _deploySet() internal {
        factory = new ContractFactory();
        log = CheckpointLog(_predicted(LOG_SALT));
        registry = WorkRegistry(_predicted(REGISTRY_SALT));
        ledger = LicenseLedger(_predicted(LEDGER_SALT));
        vault = RoyaltyVault(payable(_predicted(VAULT_SALT)));
        desk = DisputeDesk(_predicted(DESK_SALT));

        _place(LOG_SALT, "CheckpointLog", "");
        _place(REGISTRY_SALT, "WorkRegistry", abi.encode(log, desk, ledger, vault));
        _place(LEDGER_SALT, "LicenseLedger", abi.encode(registry, vault, desk));
        _place(VAULT_SALT, "RoyaltyVault", abi.encode(registry, ledger));
        _place(DESK_SALT, "DisputeDesk", abi.encode(registry, ledger, arbiter, BOND, _periods()));
    }

    function _periods() internal pure returns (IDisputeDesk.Periods memory) {
        return IDisputeDesk.Periods({
            escrow: ESCROW_PERIOD, hold: HOLD_PERIOD, answer: ANSWER_PERIOD, ruling: RULING_PERIOD
        });
    }

    function _predicted(bytes32 salt) private view returns (address) {
        return factory.addressOf(address(this), salt);
    }

    function _place(bytes32 salt, string memory name, bytes memory arguments) private {
        address placed = factory.deploy(salt, bytes.concat(vm.getCode(name), arguments));
        vm.assertEq(placed, _predicted(salt));
    }
}
