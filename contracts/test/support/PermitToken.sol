// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC20, ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A token whose allowances can be signed
/// @author Colophon
contract PermitToken is ERC20Permit {
    constructor() ERC20("Permit Token", "PERMIT") ERC20Permit("Permit Token") { }

    /// @notice Make some.
    /// @param to Who gets it.
    /// @param amount How much, in its smallest unit.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
