// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { Holds } from "./Holds.sol";
import { IDisputeDesk } from "./interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Currency } from "./libraries/Currency.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";
import { TitleFlags } from "./libraries/TitleFlags.sol";

/// @title DisputeDesk
/// @author Colophon
/// @notice Bonded disputes in, rulings out, all in bounded time.
contract DisputeDesk is Holds, EIP712 {
    /// @dev A ruling visits every grant it ends in one transaction.
    uint256 private constant GRANTS_LIMIT = 32;

    /// @inheritdoc IDisputeDesk
    IWorkRegistry public immutable registry;

    /// @inheritdoc IDisputeDesk
    ILicenseLedger public immutable ledger;

    /// @inheritdoc IDisputeDesk
    uint256 public immutable bond;

    /// @inheritdoc IDisputeDesk
    address public arbiter;

    /// @inheritdoc IDisputeDesk
    address public candidate;

    /// @inheritdoc IDisputeDesk
    mapping(address account => uint256 amount) public owedBonds;

    mapping(uint256 disputeId => Dispute dispute) private _disputes;

    /// @notice Open a desk for the titles of one registry.
    /// @param registry_ The registry.
    /// @param ledger_ The ledger whose grants a ruling can end.
    /// @param arbiter_ Who decides.
    /// @param bond_ What opening a dispute takes, in wei.
    /// @param periods_ How long things take.
    constructor(
        IWorkRegistry registry_,
        ILicenseLedger ledger_,
        address arbiter_,
        uint256 bond_,
        Periods memory periods_
    ) Holds(periods_) EIP712("Colophon DisputeDesk", "1") {
        if (arbiter_ == address(0)) revert ZeroArbiter();

        registry = registry_;
        ledger = ledger_;
        arbiter = arbiter_;
        bond = bond_;
        emit ArbiterChanged(address(0), arbiter_);
    }

    /// @inheritdoc IDisputeDesk
    function open(uint256 workId, bytes32 tag, bytes32 evidenceHash, address assignee)
        external
        payable
        returns (uint256 disputeId)
    {
        if (msg.value != bond) revert WrongBond(bond, msg.value);
        disputeId = disputeIdOf(workId, evidenceHash, msg.sender);
        if (_disputes[disputeId].status != Status.None) revert EvidenceAlreadyUsed(disputeId);
        address holder = _holderOf(workId);
        if (assignee == holder) revert AssigneeHoldsTitle(workId, holder);

        _disputes[disputeId] = Dispute({
            opener: msg.sender,
            openedAt: uint40(block.timestamp),
            status: Status.Open,
            admitted: false,
            answered: false,
            assignee: assignee,
            arbiter: arbiter,
            holder: holder,
            workId: workId
        });
        uint64 until = _freeze(workId);
        emit DisputeOpened(
            disputeId, workId, msg.sender, tag, evidenceHash, assignee, arbiter, holder, bond, until
        );
        // A holder could pass the title on before each admission: the arbiter, who sees it, needs no second call.
        if (msg.sender == arbiter && block.timestamp >= salesStoppedUntil(workId)) {
            _admit(disputeId, _disputes[disputeId]);
        }
    }

    /// @inheritdoc IDisputeDesk
    function admit(uint256 disputeId) external {
        Dispute storage dispute = _requireDecidable(disputeId);
        if (dispute.admitted) revert AlreadyAdmitted(disputeId);
        uint64 heldUntil = salesStoppedUntil(dispute.workId);
        if (block.timestamp < heldUntil) revert AnotherIsAdmitted(dispute.workId, heldUntil);

        _admit(disputeId, dispute);
    }

    /// @inheritdoc IDisputeDesk
    function answer(uint256 disputeId, bytes32 evidenceHash) external {
        address holder = _answerable(disputeId);
        if (holder != msg.sender && registry.successorOf(holder) != msg.sender) {
            revert NotTitleHolder(_disputes[disputeId].workId, holder, msg.sender);
        }

        _answer(disputeId, holder, evidenceHash);
    }

    /// @inheritdoc IDisputeDesk
    function answerFor(Answer calldata statement, bytes calldata signature) external {
        address holder = _answerable(statement.disputeId);
        if (block.timestamp > statement.deadline) {
            revert DeadlinePassed(statement.deadline, uint64(block.timestamp));
        }
        bytes32 digest = answerDigest(statement);
        if (holder != msg.sender && !Signatures.isSignedBy(holder, digest, signature)) {
            revert InvalidSignature(holder, digest);
        }

        _answer(statement.disputeId, holder, statement.evidenceHash);
    }

    /// @inheritdoc IDisputeDesk
    function rule(uint256 disputeId, Status outcome, ILicenseLedger.Sale[] calldata badFaith) external {
        Dispute storage dispute = _requireDecidable(disputeId);
        uint64 answersUntil = uint64(dispute.openedAt) + _answerPeriod();
        if (block.timestamp < answersUntil) revert AnswerTimeRuns(disputeId, answersUntil);
        _requireOutcome(disputeId, dispute, outcome, badFaith.length);

        dispute.status = outcome;
        address bondTo = outcome == Status.Dismissed ? dispute.holder : dispute.opener;
        owedBonds[bondTo] += bond;
        if (dispute.admitted) _unhold(dispute.workId);
        emit DisputeRuled(disputeId, dispute.workId, outcome, bondTo);
        if (outcome == Status.Dismissed) return;

        _uphold(dispute.workId, dispute.openedAt);
        for (uint256 i = 0; i < badFaith.length; ++i) {
            if (badFaith[i].offer.workId != dispute.workId) {
                revert GrantOfOtherWork(dispute.workId, badFaith[i].offer.workId);
            }
            // The ledger is ours, the list is bounded, and one wrong grant must stop the ruling.
            // slither-disable-next-line calls-loop
            ledger.endGrant(badFaith[i]);
        }
        if (outcome == Status.Assigned) registry.assign(dispute.workId, dispute.assignee);
        else registry.mark(dispute.workId, TitleFlags.UPHELD);
    }

    /// @inheritdoc IDisputeDesk
    function lapse(uint256 disputeId) external {
        Dispute storage dispute = _requireOpen(disputeId);
        uint64 lapsesAt = _lapsesAt(dispute.openedAt);
        // Not before, even if the title has moved on: it could come back, and somebody would have voided the dispute.
        if (block.timestamp < lapsesAt) revert DisputeStillOpen(disputeId, lapsesAt);

        dispute.status = Status.Lapsed;
        owedBonds[dispute.opener] += bond;
        emit DisputeLapsed(disputeId, dispute.workId);
    }

    /// @inheritdoc IDisputeDesk
    function claimBonds(address account, address receiver) external returns (uint256 amount) {
        if (receiver == address(0)) revert ZeroReceiver();
        // An account with code decides itself where its money goes: a market that held the title could not pass it on.
        bool own = msg.sender == account || (receiver == account && account.code.length == 0);
        if (!own && registry.successorOf(account) != msg.sender) revert NotOwnMoney(account, msg.sender);
        amount = owedBonds[account];
        if (amount == 0) return 0;

        owedBonds[account] = 0;
        emit BondsPaid(account, receiver, amount);
        Currency.pay(Currency.NATIVE_COIN, receiver, amount);
    }

    /// @inheritdoc IDisputeDesk
    function offerArbiter(address candidate_) external {
        if (msg.sender != arbiter) revert NotArbiter(arbiter, msg.sender);

        // Zero takes an offer back.
        // slither-disable-next-line missing-zero-check
        candidate = candidate_;
        emit ArbiterOffered(arbiter, candidate_);
    }

    /// @inheritdoc IDisputeDesk
    function acceptArbiter() external {
        if (msg.sender != candidate) revert NotCandidate(candidate, msg.sender);

        emit ArbiterChanged(arbiter, candidate);
        arbiter = candidate;
        candidate = address(0);
    }

    /// @inheritdoc IDisputeDesk
    function disputeOf(uint256 disputeId) external view returns (Dispute memory dispute) {
        return _disputes[disputeId];
    }

    /// @inheritdoc IDisputeDesk
    function disputeIdOf(uint256 workId, bytes32 evidenceHash, address opener)
        public
        pure
        returns (uint256 disputeId)
    {
        return uint256(keccak256(abi.encode(workId, evidenceHash, opener)));
    }

    /// @inheritdoc IDisputeDesk
    function answerDigest(Answer calldata statement) public view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(statement));
    }

    function _admit(uint256 disputeId, Dispute storage dispute) private {
        dispute.admitted = true;
        uint64 heldUntil = _hold(dispute.workId, dispute.openedAt);
        emit DisputeAdmitted(disputeId, dispute.workId, heldUntil);
        registry.mark(dispute.workId, TitleFlags.DISPUTED);
    }

    function _answer(uint256 disputeId, address holder, bytes32 evidenceHash) private {
        _disputes[disputeId].answered = true;
        emit DisputeAnswered(disputeId, _disputes[disputeId].workId, holder, evidenceHash);
    }

    function _answerable(uint256 disputeId) private view returns (address holder) {
        Dispute storage dispute = _requireOpen(disputeId);
        uint64 answersUntil = uint64(dispute.openedAt) + _answerPeriod();
        if (block.timestamp >= answersUntil) revert AnswerTimeOver(disputeId, answersUntil);
        if (dispute.answered) revert AlreadyAnswered(disputeId);

        return _holderOf(dispute.workId);
    }

    function _holderOf(uint256 workId) private view returns (address holder) {
        // Only the holder is asked for.
        // slither-disable-next-line unused-return
        (holder,,,) = registry.titleOf(workId);
    }

    /// @dev By its own arbiter, in time, and against the holder it was opened against. The holder and not the series is
    /// compared: anybody could raise their own series, and so leave a dispute behind.
    function _requireDecidable(uint256 disputeId) private view returns (Dispute storage dispute) {
        dispute = _requireOpen(disputeId);
        if (msg.sender != dispute.arbiter) revert NotArbiter(dispute.arbiter, msg.sender);
        uint64 lapsesAt = _lapsesAt(dispute.openedAt);
        if (block.timestamp >= lapsesAt) revert DisputeTimedOut(disputeId, lapsesAt);
        address holder = _holderOf(dispute.workId);
        if (holder != dispute.holder) revert TitleMovedOn(disputeId, dispute.holder, holder);
    }

    function _requireOpen(uint256 disputeId) private view returns (Dispute storage dispute) {
        dispute = _disputes[disputeId];
        if (dispute.status == Status.None) revert UnknownDispute(disputeId);
        if (dispute.status != Status.Open) revert DisputeEnded(disputeId, dispute.status);
    }

    function _requireOutcome(uint256 disputeId, Dispute storage dispute, Status outcome, uint256 grants)
        private
        view
    {
        if (outcome == Status.Dismissed) {
            if (grants != 0) revert OutcomeEndsNoGrants(outcome);
            return;
        }
        if (outcome != Status.Upheld && outcome != Status.Assigned) revert NotAnOutcome(outcome);
        if (!dispute.admitted) revert NotAdmitted(disputeId);
        if (outcome == Status.Assigned && dispute.assignee == address(0)) revert NoAssignee(disputeId);
        if (grants > GRANTS_LIMIT) revert TooManyGrants(grants, GRANTS_LIMIT);
    }
}
