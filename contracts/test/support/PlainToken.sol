// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that does what ERC-20 says
/// @author Colophon
contract PlainToken is ERC20 {
    constructor() ERC20("Plain Token", "PLAIN") { }

    /// @notice Make some.
    /// @param to Who gets it.
    /// @param amount How much, in its smallest unit.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
