// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Base64 } from "solady/utils/Base64.sol";
import { LibString } from "solady/utils/LibString.sol";

/// @title ERC-721 metadata without a server
/// @author Colophon
/// @notice Only the contracts' own words, numbers and ids go in, so nothing needs escaping.
library DataURI {
    /// @notice A metadata document as a data URI.
    /// @param title What kind of token it is; the id follows it in the name.
    /// @param description One sentence.
    /// @param id The token.
    /// @param attributes JSON objects made by `date`, `number` and `text`.
    /// @return uri The data URI, in base 64.
    function document(string memory title, string memory description, uint256 id, string[] memory attributes)
        internal
        pure
        returns (string memory uri)
    {
        string memory list = attributes[0];
        for (uint256 i = 1; i < attributes.length; ++i) {
            list = string.concat(list, ",", attributes[i]);
        }
        string memory json = string.concat(
            '{"name":"',
            title,
            " ",
            LibString.toHexString(id, 32),
            '","description":"',
            description,
            '","attributes":[',
            list,
            "]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    /// @notice An attribute that is a date.
    /// @param trait Its name.
    /// @param time Unix seconds.
    /// @return json The attribute.
    function date(string memory trait, uint64 time) internal pure returns (string memory json) {
        return string.concat(
            '{"display_type":"date","trait_type":"', trait, '","value":', LibString.toString(time), "}"
        );
    }

    /// @notice An attribute that is a number.
    /// @param trait Its name.
    /// @param value The number.
    /// @return json The attribute.
    function number(string memory trait, uint256 value) internal pure returns (string memory json) {
        return string.concat(
            '{"display_type":"number","trait_type":"', trait, '","value":', LibString.toString(value), "}"
        );
    }

    /// @notice An attribute that is a word.
    /// @param trait Its name.
    /// @param value The word.
    /// @return json The attribute.
    function text(string memory trait, string memory value) internal pure returns (string memory json) {
        return string.concat('{"trait_type":"', trait, '","value":"', value, '"}');
    }
}
