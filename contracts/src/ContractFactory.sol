// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CREATE3 } from "solady/utils/CREATE3.sol";

import { IContractFactory } from "./interfaces/IContractFactory.sol";

/// @title ContractFactory
/// @author Colophon
/// @notice CREATE3 with salts that belong to their sender: nobody can take an address that another has announced.
contract ContractFactory is IContractFactory {
    /// @inheritdoc IContractFactory
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address deployed) {
        deployed = CREATE3.deployDeterministic(initCode, _bound(msg.sender, salt));
        emit ContractDeployed(msg.sender, salt, deployed);
    }

    /// @inheritdoc IContractFactory
    function addressOf(address deployer, bytes32 salt) external view returns (address deployed) {
        return CREATE3.predictDeterministicAddress(_bound(deployer, salt));
    }

    function _bound(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }
}
