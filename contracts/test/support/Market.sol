// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { LicenseLedger } from "../../src/LicenseLedger.sol";
import { WorkRegistry } from "../../src/WorkRegistry.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { PlainToken } from "./PlainToken.sol";

/// @title People doing everything the contracts allow, in any order
/// @author Colophon
/// @notice The invariant tests call this at random. It remembers, outside the contracts, what must stay true.
contract Market {
    struct Sold {
        uint256 grantId;
        uint256 workId;
        uint64 start;
        uint64 end;
        bool exclusive;
    }

    uint256 private constant PEOPLE = 4;
    uint256 private constant WORKS = 3;
    address private constant LICENSEE = address(0xB0B);

    WorkRegistry public immutable registry;
    LicenseLedger public immutable ledger;
    PlainToken public immutable token;

    uint256[] public works;
    Sold[] private _sold;
    mapping(uint256 workId => uint64 date) public recordedAt;
    mapping(uint256 workId => uint32 series) public seriesSeen;
    mapping(uint256 workId => uint32 count) public supplementsMade;
    mapping(address currency => uint256 amount) public paidIn;
    mapping(address currency => uint256 amount) public paidOut;

    constructor(WorkRegistry registry_, LicenseLedger ledger_) {
        registry = registry_;
        ledger = ledger_;
        token = new PlainToken();
        for (uint256 i = 0; i < WORKS; ++i) {
            _register(_person(i), i);
        }
    }

    function passTime(uint32 time) external {
        vm.warp(block.timestamp + time % 20 days);
    }

    function registerAgain(uint8 which) external {
        uint256 index = which % WORKS;
        _register(_person(index), index);
    }

    function transferTitle(uint8 which, uint8 to) external {
        uint256 workId = works[which % WORKS];
        address holder = registry.ownerOf(workId);
        vm.prank(holder);
        registry.transferFrom(holder, _person(to), workId);
        ++seriesSeen[workId];
    }

    function cancelAllOffers(uint8 which) external {
        uint256 workId = works[which % WORKS];
        vm.prank(registry.ownerOf(workId));
        registry.cancelAllOffers(workId);
        ++seriesSeen[workId];
    }

    function supplement(uint8 which, bytes32 metadataHash) external {
        uint256 workId = works[which % WORKS];
        vm.prank(registry.ownerOf(workId));
        registry.supplement(workId, metadataHash);
        ++supplementsMade[workId];
    }

    function buy(uint8 which, uint64 price, uint32 duration, uint8 flags, bool inToken, uint16 carrierBps)
        external
    {
        ILicenseLedger.Offer memory offer = _offer(works[which % WORKS]);
        offer.price = price;
        offer.duration = uint64(duration) % 40 days + 1;
        // One offer in four is exclusive, so that the other kind leaves room for it now and then.
        offer.flags = flags % 4 == 0 ? 9 : 1;
        offer.currency = inToken ? address(token) : address(0);
        offer.carrierBps = carrierBps % 10_001;
        offer.carrier = offer.carrierBps == 0 ? address(0) : _person(which);
        _buy(offer);
    }

    function transferGrant(uint8 which, uint8 to) external {
        if (_sold.length == 0) return;
        uint256 grantId = _sold[which % _sold.length].grantId;
        address holder = ledger.ownerOf(grantId);
        vm.prank(holder);
        ledger.transferFrom(holder, _person(to), grantId);
    }

    function withdraw(uint8 which, bool inToken) external {
        address currency = inToken ? address(token) : address(0);
        paidOut[currency] += ledger.withdraw(works[which % WORKS], currency);
    }

    function withdrawCarrier(uint8 who, bool inToken) external {
        address currency = inToken ? address(token) : address(0);
        paidOut[currency] += ledger.withdrawCarrier(_person(who), currency);
    }

    function owed(address currency) external view returns (uint256 sum) {
        for (uint256 i = 0; i < WORKS; ++i) {
            sum += ledger.held(works[i], currency);
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            sum += ledger.heldForCarrier(_person(i), currency);
        }
    }

    function sold() external view returns (Sold[] memory) {
        return _sold;
    }

    /// @dev The title's holder pays for somebody else's grant, so that no signature is needed: those have tests of
    /// their own.
    function _buy(ILicenseLedger.Offer memory offer) private {
        uint256 value = offer.currency == address(0) ? offer.price : 0;
        vm.deal(offer.licensor, offer.licensor.balance + value);
        token.mint(offer.licensor, offer.price);
        vm.prank(offer.licensor);
        token.approve(address(ledger), offer.price);
        vm.prank(offer.licensor);
        try ledger.purchase{ value: value }(offer, "", LICENSEE, offer.price) returns (uint256 grantId) {
            (, uint64 start, uint64 end, uint32 flags) = ledger.grantOf(grantId);
            _sold.push(Sold(grantId, offer.workId, start, end, flags & 8 != 0));
            paidIn[offer.currency] += offer.price;
        } catch (bytes memory reason) {
            bytes4 kind = bytes4(reason);
            bool taken = kind == ILicenseLedger.GrantsLiveUntil.selector
                || kind == ILicenseLedger.ExclusiveUntil.selector;
            vm.assertTrue(taken, "only an exclusive grant may stand in the way");
        }
    }

    function _register(address claimant, uint256 index) private {
        IWorkRegistry.Declaration memory declaration = IWorkRegistry.Declaration({
            claimant: claimant,
            contentHash: bytes32(index),
            fingerprintHash: 0,
            metadataHash: 0,
            parents: new uint256[](0),
            previous: 0
        });
        vm.prank(claimant);
        uint256 workId = registry.register(declaration);
        if (recordedAt[workId] != 0) return;
        works.push(workId);
        recordedAt[workId] = uint64(block.timestamp);
    }

    function _offer(uint256 workId) private view returns (ILicenseLedger.Offer memory offer) {
        offer.licensor = registry.ownerOf(workId);
        offer.workId = workId;
        offer.series = registry.seriesOf(workId);
        offer.maxGrants = type(uint32).max;
        offer.validUntil = type(uint64).max;
    }

    function _person(uint256 index) private pure returns (address) {
        return address(uint160(0x9E0 + index % PEOPLE));
    }
}
