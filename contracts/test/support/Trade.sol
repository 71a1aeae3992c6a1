// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { Scene } from "./Scene.sol";

/// @title What tests about money share
/// @author Colophon
/// @notice An adapter beside the creator, people with keys in the order of their addresses, share tables that they
/// consent to, releases and upheld disputes.
abstract contract Trade is Scene {
    address internal constant COIN = address(0);
    uint256 internal constant ADAPTER_KEY = 0xADA;
    uint32 internal constant ESCROWED = 16;
    uint32 internal constant RELEASED = 32;
    uint32 internal constant REFUNDED = 64;
    uint32 internal constant BOUND = 128;

    address internal adapter = vm.addr(ADAPTER_KEY);

    mapping(address account => uint256 key) private _keys;

    function setUp() public virtual override {
        super.setUp();
        _keys[creator] = CREATOR_KEY;
        _keys[adapter] = ADAPTER_KEY;
        vm.deal(adapter, 1000 ether);
    }

    /// @dev Accounts with keys, strictly ascending, as a share table wants them.
    function _people(uint256 count) internal returns (address[] memory people) {
        people = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = 0xFACE + i;
            address person = vm.addr(key);
            _keys[person] = key;
            uint256 place = i;
            for (; place > 0 && people[place - 1] > person; --place) {
                people[place] = people[place - 1];
            }
            people[place] = person;
        }
    }

    function _derivation(uint256 parent)
        internal
        view
        returns (IWorkRegistry.Declaration memory declaration)
    {
        declaration = _declaration("derivative");
        declaration.claimant = adapter;
        declaration.parents = new uint256[](1);
        declaration.parents[0] = parent;
    }

    /// @dev Of two parents, in the order that their ids want.
    function _derivation(uint256 one, uint256 other)
        internal
        view
        returns (IWorkRegistry.Declaration memory declaration)
    {
        declaration = _derivation(one);
        declaration.parents = new uint256[](2);
        (declaration.parents[0], declaration.parents[1]) = one < other ? (one, other) : (other, one);
    }

    function _recorded(IWorkRegistry.Declaration memory declaration) internal returns (uint256 workId) {
        vm.prank(declaration.claimant);
        return registry.register(declaration);
    }

    /// @dev For one's own licence no signature is needed, nor for a price of nothing any coin.
    function _given(ILicenseLedger.Offer memory offer, address licensee) internal returns (uint256 grantId) {
        vm.deal(offer.licensor, offer.licensor.balance + offer.price);
        vm.prank(offer.licensor);
        return ledger.purchase{ value: offer.price }(offer, NO_SIGNATURE, licensee, offer.price);
    }

    function _offerOf(uint256 workId, address licensor)
        internal
        view
        returns (ILicenseLedger.Offer memory offer)
    {
        offer = _offer(workId);
        offer.licensor = licensor;
    }

    function _release(ILicenseLedger.Offer memory offer, uint32 serial) internal {
        vault.release(_one(offer, serial));
    }

    function _one(ILicenseLedger.Offer memory offer, uint32 serial)
        internal
        pure
        returns (ILicenseLedger.Sale[] memory sales)
    {
        sales = new ILicenseLedger.Sale[](1);
        sales[0] = _sale(offer, serial);
    }

    /// @dev Every test about a share of coin needs some in the vault.
    function _earned(uint256 workId, uint256 price) internal {
        ILicenseLedger.Offer memory offer = _offerOf(workId, registry.ownerOf(workId));
        offer.price = price;
        offer.validFrom = 0;
        offer.validUntil = FOR_EVER;
        offer.salt = bytes32(vm.getBlockTimestamp());
        _given(offer, buyer);
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        _release(offer, 1);
    }

    function _noTable(uint256 workId) internal pure returns (IRoyaltyVault.ShareTable memory table) {
        table.workId = workId;
    }

    function _table(uint256 workId, uint32 epoch, address[] memory contributors, uint16 bps)
        internal
        view
        returns (IRoyaltyVault.ShareTable memory table)
    {
        table.workId = workId;
        (,, table.series,) = registry.titleOf(workId);
        table.epoch = epoch;
        table.contributors = contributors;
        table.bps = new uint16[](contributors.length);
        for (uint256 i = 0; i < contributors.length; ++i) {
            table.bps[i] = bps;
        }
        table.deadline = uint64(vm.getBlockTimestamp()) + 1 days;
    }

    /// @dev A first table; holder and contributors agree.
    function _shared(IRoyaltyVault.ShareTable memory table) internal {
        _shared(table, _noTable(table.workId), table.contributors);
    }

    function _shared(
        IRoyaltyVault.ShareTable memory table,
        IRoyaltyVault.ShareTable memory current,
        address[] memory signers
    ) internal {
        bytes[] memory signatures = _signaturesOf(table, signers);
        vm.prank(registry.ownerOf(table.workId));
        vault.setShares(table, current, NO_SIGNATURE, signatures);
    }

    function _signaturesOf(IRoyaltyVault.ShareTable memory table, address[] memory signers)
        internal
        view
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](signers.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            signatures[i] = _signatureOf(table, signers[i]);
        }
    }

    function _signatureOf(IRoyaltyVault.ShareTable memory table, address signer)
        internal
        view
        returns (bytes memory signature)
    {
        return _signature(_keys[signer], vault.sharesDigest(table));
    }

    /// @dev The arbiter finds for whom contests the title, and ends these grants with it.
    function _upheld(uint256 workId, ILicenseLedger.Sale[] memory badFaith) internal {
        uint256 disputeId = _disputed(workId, keccak256("evidence"), address(0));
        vm.prank(arbiter);
        desk.admit(disputeId);
        vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
        vm.prank(arbiter);
        desk.rule(disputeId, IDisputeDesk.Status.Upheld, badFaith);
    }

    function _upheld(uint256 workId) internal {
        _upheld(workId, new ILicenseLedger.Sale[](0));
    }

    /// @dev The account's key is lost, and the one it named has waited.
    function _lost(address account, address successor) internal {
        vm.prank(account);
        registry.setRecovery(successor, 7 days);
        vm.prank(successor);
        registry.startRecovery(account);
        vm.warp(vm.getBlockTimestamp() + 7 days);
    }
}
