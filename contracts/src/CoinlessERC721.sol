// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC721 } from "solady/tokens/ERC721.sol";

/// @title A Solady ERC-721 that no coin can be sent to by mistake
/// @author Colophon
/// @notice Solady makes approvals and transfers payable to save gas. Nobody could ever take such coin out again,
/// so it is refused.
abstract contract CoinlessERC721 is ERC721 {
    /// @notice This call takes no coin.
    /// @param value What was sent with it, in wei.
    error CoinNotAccepted(uint256 value);

    /// @inheritdoc ERC721
    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert CoinNotAccepted(msg.value);

        super.approve(account, id);
    }

    /// @inheritdoc ERC721
    /// @dev Both forms of `safeTransferFrom` come through here.
    function transferFrom(address from, address to, uint256 id) public payable virtual override {
        if (msg.value != 0) revert CoinNotAccepted(msg.value);

        super.transferFrom(from, to, id);
    }
}
