// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Contracts at addresses known beforehand
/// @author Colophon
/// @notice An address depends on who deploys and on a salt, and not on the code, so contracts can name each other.
interface IContractFactory {
    /// @notice A contract was made.
    /// @param deployer Who had it made.
    /// @param salt The deployer's salt.
    /// @param deployed Where it is.
    event ContractDeployed(address indexed deployer, bytes32 indexed salt, address deployed);

    /// @notice Make a contract. A salt works once for each sender.
    /// @param salt The sender's salt.
    /// @param initCode Creation code and constructor arguments.
    /// @return deployed Where it is.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address deployed);

    /// @notice Where a contract will be, or is.
    /// @param deployer Who deploys.
    /// @param salt The deployer's salt.
    /// @return deployed Where.
    function addressOf(address deployer, bytes32 salt) external view returns (address deployed);
}
