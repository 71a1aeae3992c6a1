// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "./ILicenseLedger.sol";
import { IWorkRegistry } from "./IWorkRegistry.sol";

/// @title The desk for disputes about titles
/// @author Colophon
/// @notice Anybody may contest a title with a bond. An arbiter decides, in bounded time; every deadline is a timestamp
/// that is compared with now, so nobody has to come and end anything. The arbiter can stop sales, hold payments and
/// keep a title where it is while a dispute it admitted is open, uphold a dispute, give the title to the assignee that
/// the opener named, and end at most 32 grants with it. It can do nothing else, and nobody else can do any of it.
interface IDisputeDesk {
    /// @notice How long things take, in seconds. They are fixed when the desk is made.
    /// @param escrow From a payment until it is due.
    /// @param hold How much longer a dispute can hold a payment back.
    /// @param answer From the opening of a dispute until it can be ruled on.
    /// @param ruling From the opening of a dispute until it lapses.
    struct Periods {
        uint32 escrow;
        uint32 hold;
        uint32 answer;
        uint32 ruling;
    }

    /// @notice What the holder of a title signs to answer a dispute, so that anybody may carry the answer.
    /// @param disputeId The dispute.
    /// @param evidenceHash Hash of what the holder says and shows.
    /// @param deadline Last second, in Unix time, at which the signature counts.
    struct Answer {
        uint256 disputeId;
        bytes32 evidenceHash;
        uint64 deadline;
    }

    /// @notice How a dispute stands.
    enum Status {
        None,
        Open,
        Dismissed,
        Upheld,
        Assigned,
        Lapsed
    }

    /// @notice A dispute.
    /// @param opener Who opened it and posted the bond.
    /// @param openedAt When, in Unix seconds.
    /// @param status How it stands.
    /// @param admitted Whether the arbiter has admitted it.
    /// @param answered Whether the holder has answered.
    /// @param assignee Who should receive the title; zero for nobody.
    /// @param arbiter Who decides it.
    /// @param holder Who held the title at that time; a dispute is decided against nobody else.
    /// @param workId The work.
    struct Dispute {
        address opener;
        uint40 openedAt;
        Status status;
        bool admitted;
        bool answered;
        address assignee;
        address arbiter;
        address holder;
        uint256 workId;
    }

    /// @notice Somebody contests a title.
    /// @param disputeId `keccak256(abi.encode(workId, evidenceHash, opener))`.
    /// @param workId The work.
    /// @param opener Who, with a bond.
    /// @param tag What the dispute is about, as a short text or a hash.
    /// @param evidenceHash Hash of the evidence.
    /// @param assignee Who should receive the title; zero for nobody.
    /// @param arbiter Who decides.
    /// @param holder Who holds the title.
    /// @param bond What was posted, in wei.
    /// @param frozenUntil Until when the title stays where it is, in Unix seconds.
    event DisputeOpened(
        uint256 indexed disputeId,
        uint256 indexed workId,
        address indexed opener,
        bytes32 tag,
        bytes32 evidenceHash,
        address assignee,
        address arbiter,
        address holder,
        uint256 bond,
        uint64 frozenUntil
    );

    /// @notice The arbiter takes a dispute seriously: the title stays where it is, sales stop, payments wait.
    /// @param disputeId The dispute.
    /// @param workId The work.
    /// @param heldUntil Until when at the latest, in Unix seconds.
    event DisputeAdmitted(uint256 indexed disputeId, uint256 indexed workId, uint64 heldUntil);

    /// @notice The holder of the title answered.
    /// @param disputeId The dispute.
    /// @param workId The work.
    /// @param holder Who holds the title.
    /// @param evidenceHash Hash of what the holder says and shows.
    event DisputeAnswered(
        uint256 indexed disputeId, uint256 indexed workId, address indexed holder, bytes32 evidenceHash
    );

    /// @notice The arbiter decided.
    /// @param disputeId The dispute.
    /// @param workId The work.
    /// @param outcome Dismissed, upheld or assigned.
    /// @param bondTo Who is owed the bond.
    event DisputeRuled(uint256 indexed disputeId, uint256 indexed workId, Status outcome, address bondTo);

    /// @notice A dispute ended without a ruling: in no time, or because the title moved on.
    /// @param disputeId The dispute.
    /// @param workId The work.
    event DisputeLapsed(uint256 indexed disputeId, uint256 indexed workId);

    /// @notice Bonds were paid out.
    /// @param account Whose they were.
    /// @param receiver Who received them.
    /// @param amount In wei.
    event BondsPaid(address indexed account, address receiver, uint256 amount);

    /// @notice The arbiter named who shall follow.
    /// @param arbiter Who decides new disputes today.
    /// @param candidate Who may accept.
    event ArbiterOffered(address indexed arbiter, address indexed candidate);

    /// @notice New disputes have a new arbiter.
    /// @param before Who decided until now, and still decides what is open.
    /// @param arbiter Who decides new disputes.
    event ArbiterChanged(address indexed before, address indexed arbiter);

    /// @notice The periods leave no time to answer, to rule, or to wait for a ruling.
    /// @param periods The periods.
    error PeriodsOutOfOrder(Periods periods);

    /// @notice A desk needs an arbiter.
    error ZeroArbiter();

    /// @notice The coin sent is not the bond.
    /// @param expected The bond, in wei.
    /// @param sent What was sent, in wei.
    error WrongBond(uint256 expected, uint256 sent);

    /// @notice This opener brought this evidence against this work before.
    /// @param disputeId The dispute that it belongs to.
    error EvidenceAlreadyUsed(uint256 disputeId);

    /// @notice The assignee holds the title already.
    /// @param workId The work.
    /// @param holder Who holds its title.
    error AssigneeHoldsTitle(uint256 workId, address holder);

    /// @notice There is no such dispute.
    /// @param disputeId The id asked for.
    error UnknownDispute(uint256 disputeId);

    /// @notice The dispute has ended.
    /// @param disputeId The dispute.
    /// @param status How.
    error DisputeEnded(uint256 disputeId, Status status);

    /// @notice The time for a ruling is over.
    /// @param disputeId The dispute.
    /// @param lapsedAt When it was, in Unix seconds.
    error DisputeTimedOut(uint256 disputeId, uint64 lapsedAt);

    /// @notice The dispute can still be ruled on.
    /// @param disputeId The dispute.
    /// @param lapsesAt Until just before then, in Unix seconds.
    error DisputeStillOpen(uint256 disputeId, uint64 lapsesAt);

    /// @notice The title has moved on since the dispute was opened.
    /// @param disputeId The dispute.
    /// @param holder Who held it at that time.
    /// @param current Who holds it now.
    error TitleMovedOn(uint256 disputeId, address holder, address current);

    /// @notice Only the arbiter may do this.
    /// @param arbiter Who is.
    /// @param sender Who called.
    error NotArbiter(address arbiter, address sender);

    /// @notice Only who was named to follow the arbiter may accept.
    /// @param candidate Who was named; zero for nobody.
    /// @param sender Who called.
    error NotCandidate(address candidate, address sender);

    /// @notice One dispute a title is held open at a time.
    /// @param workId The work.
    /// @param heldUntil Until when at the latest, in Unix seconds.
    error AnotherIsAdmitted(uint256 workId, uint64 heldUntil);

    /// @notice The dispute was admitted before.
    /// @param disputeId The dispute.
    error AlreadyAdmitted(uint256 disputeId);

    /// @notice A dispute is admitted before it is upheld.
    /// @param disputeId The dispute.
    error NotAdmitted(uint256 disputeId);

    /// @notice The holder has time to answer.
    /// @param disputeId The dispute.
    /// @param answersUntil Until just before then, in Unix seconds.
    error AnswerTimeRuns(uint256 disputeId, uint64 answersUntil);

    /// @notice The time to answer is over.
    /// @param disputeId The dispute.
    /// @param answersUntil When it was, in Unix seconds.
    error AnswerTimeOver(uint256 disputeId, uint64 answersUntil);

    /// @notice The holder has answered.
    /// @param disputeId The dispute.
    error AlreadyAnswered(uint256 disputeId);

    /// @notice Only the holder of the title may do this.
    /// @param workId The work.
    /// @param holder Who holds its title.
    /// @param sender Who called.
    error NotTitleHolder(uint256 workId, address holder, address sender);

    /// @notice A ruling dismisses, upholds or assigns.
    /// @param outcome What was given.
    error NotAnOutcome(Status outcome);

    /// @notice The dispute named nobody who should receive the title.
    /// @param disputeId The dispute.
    error NoAssignee(uint256 disputeId);

    /// @notice Only a dispute that is upheld can end grants.
    /// @param outcome What was given.
    error OutcomeEndsNoGrants(Status outcome);

    /// @notice A ruling ends a bounded number of grants.
    /// @param count How many it lists.
    /// @param limit How many it may list.
    error TooManyGrants(uint256 count, uint256 limit);

    /// @notice A ruling ends grants of its own work alone.
    /// @param workId The work in dispute.
    /// @param given The work of the grant.
    error GrantOfOtherWork(uint256 workId, uint256 given);

    /// @notice The statement came too late.
    /// @param deadline Last second at which it counted.
    /// @param currentTime Time of this block.
    error DeadlinePassed(uint64 deadline, uint64 currentTime);

    /// @notice The signature over this digest is not the signer's, is malleable, or has the wrong form.
    /// @param signer Whose signature was needed.
    /// @param digest The EIP-712 digest that had to be signed.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice Only the account itself, or who has taken over from it, may name another receiver.
    /// @param account Whose money it is.
    /// @param sender Who called.
    error NotOwnMoney(address account, address sender);

    /// @notice A payment needs a receiver.
    error ZeroReceiver();

    /// @notice Contest a title, with exactly the bond. Opening keeps the title where it is for at most seven days, and
    /// at most once in ninety. What the arbiter opens is admitted at once, unless another dispute is.
    /// @param workId The work.
    /// @param tag What the dispute is about, as a short text or a hash.
    /// @param evidenceHash Hash of the evidence; it counts once a work and opener, so that nobody can use up another's.
    /// @param assignee Who should receive the title; zero for nobody.
    /// @return disputeId The dispute.
    function open(uint256 workId, bytes32 tag, bytes32 evidenceHash, address assignee)
        external
        payable
        returns (uint256 disputeId);

    /// @notice Take a dispute seriously. For its arbiter alone; one dispute a title at a time.
    /// @param disputeId The dispute.
    function admit(uint256 disputeId) external;

    /// @notice Answer a dispute as the holder of the title, once.
    /// @param disputeId The dispute.
    /// @param evidenceHash Hash of what the sender says and shows.
    function answer(uint256 disputeId, bytes32 evidenceHash) external;

    /// @notice Answer a dispute on behalf of the holder of the title.
    /// @param statement The answer.
    /// @param signature The holder's: 65 bytes r, s, v with low s, or whatever the holder's contract accepts under
    /// ERC-1271. Not looked at if the holder is the sender.
    function answerFor(Answer calldata statement, bytes calldata signature) external;

    /// @notice Decide a dispute, after the time to answer and before it lapses. For its arbiter alone. The bond goes to
    /// the holder of the title if the dispute is dismissed, else back to the opener.
    /// @param disputeId The dispute.
    /// @param outcome Dismissed, upheld or assigned; the last two only for an admitted dispute.
    /// @param badFaith Grants that end with it, at most 32.
    function rule(uint256 disputeId, Status outcome, ILicenseLedger.Sale[] calldata badFaith) external;

    /// @notice End a dispute that can no longer be ruled on; the bond goes back to the opener. Anybody may.
    /// @param disputeId The dispute.
    function lapse(uint256 disputeId) external;

    /// @notice Pay an account the bonds it is owed. Anybody may, to the account itself if it has no code; nothing owed is
    /// nothing done.
    /// @param account Whose they are.
    /// @param receiver Who receives them: the account, unless the account or its successor is the sender.
    /// @return amount In wei.
    function claimBonds(address account, address receiver) external returns (uint256 amount);

    // The parameter becomes what the getter of that name returns.
    // slither-disable-start shadowing-local
    /// @notice Name who shall follow the sender as arbiter; zero for nobody.
    /// @param candidate Who may accept.
    function offerArbiter(address candidate) external;
    // slither-disable-end shadowing-local

    /// @notice Become the arbiter of new disputes, having been named.
    function acceptArbiter() external;

    /// @notice Until when a title stays where it is.
    /// @param workId The work.
    /// @return time Unix seconds; it can move while time is before.
    function frozenUntil(uint256 workId) external view returns (uint64 time);

    /// @notice Until when sales of licences are stopped while an admitted dispute is decided.
    /// @param workId The work.
    /// @return time Unix seconds; sales go on from then.
    function salesStoppedUntil(uint256 workId) external view returns (uint64 time);

    /// @notice When a payment is due.
    /// @param workId The work it was paid for.
    /// @param paidAt When, in Unix seconds.
    /// @return time Unix seconds.
    function releasableAt(uint256 workId, uint64 paidAt) external view returns (uint64 time);

    /// @notice Until when a payment can be taken back.
    /// @param workId The work it was paid for.
    /// @param paidAt When, in Unix seconds.
    /// @return time Unix seconds; zero if no upheld dispute covers it.
    function refundableUntil(uint256 workId, uint64 paidAt) external view returns (uint64 time);

    /// @notice A dispute. One whose time is over stands as open until somebody lets it lapse, and can do nothing any more.
    /// @param disputeId Its id.
    /// @return dispute All zero for none.
    function disputeOf(uint256 disputeId) external view returns (Dispute memory dispute);

    /// @notice The id of a dispute, opened or not.
    /// @param workId The work.
    /// @param evidenceHash Hash of the evidence.
    /// @param opener Who opened it, or would.
    /// @return disputeId `keccak256(abi.encode(workId, evidenceHash, opener))`.
    function disputeIdOf(uint256 workId, bytes32 evidenceHash, address opener)
        external
        pure
        returns (uint256 disputeId);

    /// @notice The bonds an account is owed.
    /// @param account The account.
    /// @return amount In wei.
    function owedBonds(address account) external view returns (uint256 amount);

    /// @notice The EIP-712 digest that the holder of a title signs.
    /// @param statement The answer.
    /// @return digest Bound to this chain and this contract.
    function answerDigest(Answer calldata statement) external view returns (bytes32 digest);

    /// @notice Who decides new disputes.
    /// @return The account.
    function arbiter() external view returns (address);

    /// @notice Who may become the arbiter.
    /// @return The account; zero for nobody.
    function candidate() external view returns (address);

    /// @notice What opening a dispute takes, in wei.
    /// @return The bond.
    function bond() external view returns (uint256);

    /// @notice How long things take.
    /// @return The periods, in seconds.
    function periods() external view returns (Periods memory);

    /// @notice The registry whose titles are contested.
    /// @return The contract.
    function registry() external view returns (IWorkRegistry);

    /// @notice The ledger whose grants a ruling can end.
    /// @return The contract.
    function ledger() external view returns (ILicenseLedger);
}
