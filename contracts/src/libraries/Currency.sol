// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";

/// @title Coin and tokens
/// @author Colophon
/// @notice Zero is the native coin; anything else is an ERC-20 token.
library Currency {
    using SafeERC20 for IERC20;

    address internal constant NATIVE_COIN = address(0);

    /// @notice Pay out.
    /// @param currency What.
    /// @param to Whom.
    /// @param amount How much, in its smallest unit.
    function pay(address currency, address to, uint256 amount) internal {
        if (currency == NATIVE_COIN) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    /// @notice What an account holds of a token.
    /// @param currency The token.
    /// @param account The account.
    /// @return amount In its smallest unit.
    function balance(address currency, address account) internal view returns (uint256 amount) {
        return IERC20(currency).balanceOf(account);
    }
}
