// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CheckpointLog } from "../../src/CheckpointLog.sol";
import { DisputeDesk } from "../../src/DisputeDesk.sol";
import { LicenseLedger } from "../../src/LicenseLedger.sol";
import { RoyaltyVault } from "../../src/RoyaltyVault.sol";
import { WorkRegistry } from "../../src/WorkRegistry.sol";
import { ICheckpointLog } from "../../src/interfaces/ICheckpointLog.sol";
import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../../src/interfaces/IWorkRegistry.sol";
import { vm } from "./Cheats.sol";
import { PlainToken } from "./PlainToken.sol";

/// @title What the contracts should remember, kept outside them
/// @author Colophon
/// @notice An action never asserts: it writes down what happened, and each invariant reads what concerns it. So a fault
/// fails the invariant that names it and no other.
// A model of five contracts has as much state as they have.
// solhint-disable-next-line max-states-count
abstract contract Ghosts {
    struct Contracts {
        CheckpointLog log;
        WorkRegistry registry;
        LicenseLedger ledger;
        RoyaltyVault vault;
        DisputeDesk desk;
    }

    struct Work {
        uint256 id;
        bool recorded;
        address holder;
        uint64 date;
        uint64 evidenceAt;
        uint64 committedAt;
        uint32 series;
        uint32 flags;
        uint32 supplements;
        uint64 frozenFrom;
        uint64 admittedUntil;
        uint64 upheldAt;
    }

    enum Money {
        None,
        Escrowed,
        Released,
        Refunded
    }

    struct Sold {
        uint256 grantId;
        uint256 work;
        uint256 offer;
        uint32 serial;
        uint64 start;
        uint64 end;
        uint64 soldUntil;
        bool exclusive;
        Money money;
        uint256 paidOut;
    }

    struct Disputed {
        uint256 id;
        uint256 work;
        uint64 openedAt;
        address holder;
        bool admitted;
        bool answered;
        bool ended;
        address assignee;
        address opener;
    }

    struct Proof {
        uint256 work;
        uint64 time;
        ICheckpointLog.Inclusion inclusion;
    }

    error Attempted(bool done);

    uint256 internal constant PEOPLE = 5;
    uint256 internal constant WORKS = 12;
    uint256 internal constant FIRST_KEY = 0xA11CE;
    address internal constant STRANGER = address(0x57A6);
    uint64 internal constant FREEZE = 7 days;
    uint64 internal constant FREEZE_EVERY = 90 days;
    uint64 internal constant REFUND = 30 days;
    uint64 internal constant NEVER = type(uint64).max;
    uint64 internal constant DEADLINE = type(uint64).max / 2;

    WorkRegistry internal immutable REGISTRY;
    LicenseLedger internal immutable LEDGER;
    RoyaltyVault internal immutable VAULT;
    DisputeDesk internal immutable DESK;
    CheckpointLog internal immutable LOG;
    uint64 internal immutable ESCROW;
    uint64 internal immutable HOLD;
    uint64 internal immutable ANSWERING;
    uint64 internal immutable RULING;
    uint256 internal immutable BOND;

    address[] internal people;
    mapping(address person => uint256 key) internal keys;
    address[3] internal currencies;

    IWorkRegistry.Declaration[] internal declared;
    Work[] internal works;
    ILicenseLedger.Offer[] internal offers;
    mapping(uint256 offer => bytes signature) internal offerSignatures;
    mapping(uint256 offer => uint32 count) internal issued;
    mapping(uint256 offer => bool withdrawn) internal withdrawn;
    Sold[] internal sold;
    Disputed[] internal disputes;
    Proof[] internal proofs;
    IRoyaltyVault.ShareTable[][WORKS] internal tables;
    mapping(bytes32 row => uint256 amount) internal claimed;

    mapping(address currency => uint256 amount) public paidIn;
    mapping(address currency => uint256 amount) public refunded;
    mapping(address currency => uint256 amount) public released;
    mapping(address currency => uint256 amount) public claimedOf;
    uint256 public bondsIn;
    uint256 public bondsOut;

    /// @notice How often each action did something.
    mapping(bytes4 action => uint256 times) public did;

    /// @notice Actions that should have succeeded and did not.
    bytes4[] public refusals;

    /// @notice Statements that counted without the signature they need.
    uint256 public forgeries;

    /// @notice Statements that counted again.
    uint256 public replays;

    /// @notice Offers that sold after their series.
    uint256 public revivals;

    /// @notice Payments that were not released when they had to be, and calls by which a stranger held one up.
    uint256 public delays;

    /// @notice Titles that were kept where they are for too long or by somebody who may not.
    uint256 public detentions;

    constructor(Contracts memory set, PlainToken first, PlainToken second) {
        (LOG, REGISTRY, LEDGER, VAULT, DESK) = (set.log, set.registry, set.ledger, set.vault, set.desk);
        (ESCROW, HOLD) = (set.desk.periods().escrow, set.desk.periods().hold);
        (ANSWERING, RULING) = (set.desk.periods().answer, set.desk.periods().ruling);
        BOND = set.desk.bond();
        currencies = [address(0), address(first), address(second)];
        for (uint256 i = 0; i < PEOPLE; ++i) {
            _welcome(vm.addr(FIRST_KEY + i), FIRST_KEY + i);
        }
    }

    /// @dev Ascending, so that any selection in order makes a well-formed share table.
    function _welcome(address person, uint256 key) private {
        keys[person] = key;
        people.push(person);
        for (uint256 i = people.length - 1; i > 0 && people[i] < people[i - 1]; --i) {
            (people[i], people[i - 1]) = (people[i - 1], people[i]);
        }
    }

    function _call(address sender, address target, bytes memory data) internal returns (bool done) {
        return _pay(sender, target, 0, data);
    }

    function _pay(address sender, address target, uint256 value, bytes memory data)
        internal
        returns (bool done)
    {
        if (value != 0) vm.deal(sender, sender.balance + value);
        vm.prank(sender);
        (done,) = target.call{ value: value }(data);
    }

    /// @notice Try a call and undo what it did, so that what should fail can be tried without spoiling the campaign.
    /// @dev For this contract alone; the campaign calls it too.
    function attempt(address sender, address target, bytes calldata data) external {
        if (msg.sender == address(this)) revert Attempted(_call(sender, target, data));
    }

    function _wouldSucceed(address sender, address target, bytes memory data) internal returns (bool done) {
        try this.attempt(sender, target, data) { }
        catch (bytes memory reason) {
            done = keccak256(reason) == keccak256(abi.encodeWithSelector(Attempted.selector, true));
        }
    }

    /// @dev Names the action by the selector that the campaign called.
    function _tell(bool allowed, bool done) internal {
        if (done) ++did[msg.sig];
        else if (allowed) refusals.push(msg.sig);
    }

    function _sign(address signer, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[signer], digest);
        return abi.encodePacked(r, s, v);
    }

    function _draw(uint256 seed, string memory what, uint256 limit) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what))) % limit;
    }

    function _person(uint256 seed, string memory what) internal view returns (address) {
        return people[_draw(seed, what, PEOPLE)];
    }

    function _currency(uint256 seed) internal view returns (address) {
        return currencies[_draw(seed, "currency", 3)];
    }

    function _now() internal view returns (uint64) {
        return uint64(vm.getBlockTimestamp());
    }

    function _waitUntil(uint64 time) internal {
        if (_now() < time) vm.warp(time);
    }

    function _balance(address currency, address account) internal view returns (uint256) {
        return currency == address(0) ? account.balance : PlainToken(currency).balanceOf(account);
    }

    /// @dev The first recorded work from a drawn place on; there is always one.
    function _recordedWork(uint256 seed) internal view returns (uint256 i) {
        i = _draw(seed, "work", works.length);
        while (!works[i].recorded) i = (i + 1) % works.length;
    }

    function _isFrozen(Work storage work) internal view returns (bool) {
        bool opened = work.frozenFrom != 0 && _now() < work.frozenFrom + FREEZE;
        return opened || _now() < work.admittedUntil;
    }

    function _moved(Work storage work, address to) internal {
        work.holder = to;
        ++work.series;
    }

    function _saleOf(uint256 i) internal view returns (ILicenseLedger.Sale memory) {
        return ILicenseLedger.Sale({ offer: offers[sold[i].offer], serial: sold[i].serial });
    }

    function _rowKey(uint256 work, uint256 epoch, address currency, address account)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(work, epoch, currency, account));
    }
}
