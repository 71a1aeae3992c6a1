// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Base64 } from "@openzeppelin/contracts/utils/Base64.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice Token metadata says what storage holds, and no more.
contract DataURITest is Scene {
    function test_aTitlesMetadataIsItsSlot() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.supplement(workId, keccak256("more"));
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        vm.prank(creator);
        registry.retract(workId);
        vm.prank(address(desk));
        registry.mark(workId, 8);
        vm.assertEq(
            registry.tokenURI(workId),
            _uri(
                string.concat(
                    '{"name":"Colophon Title ',
                    Strings.toHexString(workId, 32),
                    '","description":"A claim with a date, not a finding of ownership.","attributes":[',
                    '{"display_type":"date","trait_type":"Effective date","value":1800000000},',
                    '{"display_type":"number","trait_type":"Series","value":1},',
                    '{"display_type":"number","trait_type":"Supplements","value":1},',
                    '{"display_type":"number","trait_type":"Flags","value":9}]}'
                )
            )
        );
    }

    function test_aGrantsMetadataIsItsSlot() public {
        ILicenseLedger.Offer memory offer = _offer(_registered("work"));
        offer.duration = 1 days;
        _requireGrantSays(_bought(offer), '{"display_type":"date","trait_type":"End","value":1800086400}');
        offer.duration = FOR_EVER;
        _requireGrantSays(_bought(offer), '{"trait_type":"End","value":"perpetual"}');
    }

    function _requireGrantSays(uint256 grantId, string memory end) private view {
        vm.assertEq(
            ledger.tokenURI(grantId),
            _uri(
                string.concat(
                    '{"name":"Colophon Grant ',
                    Strings.toHexString(grantId, 32),
                    '","description":"A licence, issued under signed terms.","attributes":[',
                    '{"display_type":"date","trait_type":"Start","value":1800000000},',
                    end,
                    ',{"display_type":"number","trait_type":"Flags","value":17}]}'
                )
            )
        );
    }

    function _uri(string memory json) private pure returns (string memory) {
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }
}
