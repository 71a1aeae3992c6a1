// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The cheat codes these tests use
/// @author Colophon
interface Cheats {
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signAndAttachDelegation(address implementation, uint256 key) external;

    function prank(address sender) external;
    function deal(address account, uint256 balance) external;
    function warp(uint256 time) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool found);
    /// @dev `block.timestamp` as it is; the optimizer takes it for the same throughout a call.
    function getBlockTimestamp() external view returns (uint256 time);
    function chainId(uint256 id) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function etch(address account, bytes calldata code) external;

    function assume(bool condition) external pure;
    function expectRevert(bytes calldata reason) external;
    function expectRevert() external;
    function expectEmit(address emitter) external;
    function expectEmit() external;

    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// @dev For a test that does more than a block could.
    function pauseGasMetering() external;

    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);

    function assertEq(uint256 left, uint256 right) external pure;
    function assertEq(uint256 left, uint256 right, string calldata message) external pure;
    function assertEq(address left, address right) external pure;
    function assertEq(bytes32 left, bytes32 right) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata message) external pure;
    function assertEq(string calldata left, string calldata right) external pure;
    function assertTrue(bool condition) external pure;
    function assertTrue(bool condition, string calldata message) external pure;
    function assertFalse(bool condition) external pure;

    function readFile(string calldata path) external view returns (string memory);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key)
        external
        pure
        returns (uint256[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonAddressArray(string calldata json, string calldata key)
        external
        pure
        returns (address[] memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function toString(uint256 value) external pure returns (string memory);
}

/// @dev Where forge keeps them: `address(uint160(uint256(keccak256("hevm cheat code"))))`.
Cheats constant vm = Cheats(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
