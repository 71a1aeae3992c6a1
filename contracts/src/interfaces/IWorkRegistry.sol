// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "./ICheckpointLog.sol";
import { IDisputeDesk } from "./IDisputeDesk.sol";
import { ILicenseLedger } from "./ILicenseLedger.sol";
import { IRoyaltyVault } from "./IRoyaltyVault.sol";

/// @title The registry of declared works and their titles
/// @author Colophon
/// @notice A declaration is a claim with a date, never a finding of ownership. Claims over the same bytes coexist.
/// A title is an ERC-721 token whose id commits to its declaration, so storage holds only what can change.
interface IWorkRegistry {
    /// @notice What a claimant declares. The work's id is the EIP-712 struct hash of it.
    /// @param claimant Who says they hold the rights, and receives the title.
    /// @param contentHash SHA-256 of the exact bytes of the work.
    /// @param fingerprintHash Hash of the fingerprint record.
    /// @param metadataHash Hash of the metadata document.
    /// @param parents Ids of the works this one derives from, strictly ascending, at most eight. They are the
    /// claimant's own statement and give no right.
    /// @param previous Id of the work this one is a new version of; zero for none.
    struct Declaration {
        address claimant;
        bytes32 contentHash;
        bytes32 fingerprintHash;
        bytes32 metadataHash;
        uint256[] parents;
        uint256 previous;
    }

    /// @notice What a claimant signs, so that anybody may carry the declaration on chain.
    /// @param declaration The declaration.
    /// @param deadline Last second, in Unix time, at which the signature counts.
    struct Registration {
        Declaration declaration;
        uint64 deadline;
    }

    /// @notice What the holder of a title signs to append to the work's history.
    /// @param workId The work.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @param sequence Position in the work's history, counted from 1 without gaps.
    /// @param deadline Last second, in Unix time, at which the signature counts.
    struct Supplement {
        uint256 workId;
        bytes32 metadataHash;
        uint32 sequence;
        uint64 deadline;
    }

    /// @notice Why a batch left one of its items out.
    enum SkipReason {
        AlreadyRegistered,
        DeadlinePassed,
        Cancelled,
        InvalidSignature,
        MalformedParents
    }

    /// @notice A declaration was recorded. The recording date is the time of the event's block.
    /// @param workId The struct hash of the declaration, which is also the title's token id.
    /// @param claimant Who declared it.
    /// @param contentHash SHA-256 of the exact bytes.
    /// @param fingerprintHash Hash of the fingerprint record.
    /// @param metadataHash Hash of the metadata document.
    /// @param parents Declared parents, ascending.
    /// @param previous Declared earlier version; zero for none.
    /// @param previousRelated Whether the claimant held the title of `previous` at that moment. A claimant who
    /// declared `previous` and has since parted with its title gets `false` here: the contract keeps no list of
    /// claimants, and that relation is read from the claimant of the event that recorded `previous`.
    /// @param effectiveDate The earliest time, in Unix seconds, that the record proves.
    event WorkRegistered(
        uint256 indexed workId,
        address indexed claimant,
        bytes32 indexed contentHash,
        bytes32 fingerprintHash,
        bytes32 metadataHash,
        uint256[] parents,
        uint256 previous,
        bool previousRelated,
        uint64 effectiveDate
    );

    /// @notice The title moved or its holder withdrew every offer: offers of an earlier series are dead.
    /// @param workId The work.
    /// @param series The series that offers must name from now on.
    event SeriesAdvanced(uint256 indexed workId, uint32 series);

    /// @notice A supplement was appended to the history of a work and changed nothing else.
    /// @param workId The work.
    /// @param sequence Its position, counted from 1.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @param holder Who held the title and made the statement.
    event SupplementRecorded(
        uint256 indexed workId, uint32 sequence, bytes32 metadataHash, address indexed holder
    );

    /// @notice What is shown for a title has changed (ERC-4906).
    /// @param tokenId The title.
    event MetadataUpdate(uint256 tokenId);

    /// @notice An earlier proof was brought for a record. Nothing else in it ever changes.
    /// @param workId The work.
    /// @param before The date it had, in Unix seconds.
    /// @param effectiveDate The date it has.
    event EffectiveDateLowered(uint256 indexed workId, uint64 before, uint64 effectiveDate);

    /// @notice A batch left one of its items out and went on.
    /// @param workId The id of the declaration.
    /// @param index Position in the batch, counted from 0.
    /// @param reason Why.
    event RegistrationSkipped(uint256 indexed workId, uint256 index, SkipReason reason);

    /// @notice A declaration was committed to without being shown. Its date is the time of the event's block.
    /// @param commitment `keccak256(abi.encode(workId, salt))`.
    event CommitmentMade(bytes32 indexed commitment);

    /// @notice A claimant withdrew every signature over a declaration that is not recorded yet.
    /// @param workId The id of the declaration.
    /// @param claimant Who declared it.
    event DeclarationCancelled(uint256 indexed workId, address indexed claimant);

    /// @notice The holder of a title stopped sales of licences; the record stands.
    /// @param workId The work.
    /// @param holder Who holds the title.
    event WorkRetracted(uint256 indexed workId, address indexed holder);

    /// @notice A ruling gave a title to somebody else.
    /// @param workId The work.
    /// @param from Who held it.
    /// @param to Who holds it now.
    event TitleAssigned(uint256 indexed workId, address indexed from, address indexed to);

    /// @notice The dispute desk marked a title.
    /// @param workId The work.
    /// @param flags All flags of the title now.
    event TitleMarked(uint256 indexed workId, uint32 flags);

    /// @notice An account named who may take over what it holds, should it be lost.
    /// @param account The account.
    /// @param successor Who may; zero for nobody.
    /// @param delay Seconds in which the account can still object.
    event RecoverySet(address indexed account, address indexed successor, uint32 delay);

    /// @notice A successor says that an account is lost.
    /// @param account The account.
    /// @param successor Who takes over.
    /// @param completesAt From when on, in Unix seconds, unless the account objects.
    event RecoveryStarted(address indexed account, address indexed successor, uint64 completesAt);

    /// @notice An account objected in time.
    /// @param account The account.
    event RecoveryCancelled(address indexed account);

    /// @notice Only the claimant may record a declaration without a signature.
    /// @param claimant Who the declaration names.
    /// @param sender Who called.
    error NotClaimant(address claimant, address sender);

    /// @notice The signature over this digest is not the signer's, is malleable, or has the wrong form.
    /// @param signer Whose signature was needed.
    /// @param digest The EIP-712 digest that had to be signed.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice The statement came too late.
    /// @param deadline Last second at which it counted.
    /// @param currentTime Time of this block.
    error DeadlinePassed(uint64 deadline, uint64 currentTime);

    /// @notice A declaration names more parents than royalties can ever be followed to.
    /// @param count How many it names.
    /// @param limit How many it may name.
    error TooManyParents(uint256 count, uint256 limit);

    /// @notice Parents must be strictly ascending, so that one set of parents has one id; zero names no work.
    /// @param earlier The id before, or zero at the start of the list.
    /// @param later The id that is not greater.
    error ParentsNotAscending(uint256 earlier, uint256 later);

    /// @notice No declaration with this id was recorded.
    /// @param workId The id asked for.
    error UnknownWork(uint256 workId);

    /// @notice Only the holder of the title may do this.
    /// @param workId The work.
    /// @param holder Who holds its title.
    /// @param sender Who called.
    error NotTitleHolder(uint256 workId, address holder, address sender);

    /// @notice A supplement must take the next position in the history of its work.
    /// @param workId The work.
    /// @param expected The next free position.
    /// @param given The position that was named.
    error SequenceNotNext(uint256 workId, uint32 expected, uint32 given);

    /// @notice The claimant has withdrawn every signature over this declaration.
    /// @param workId The id of the declaration.
    error DeclarationIsCancelled(uint256 workId);

    /// @notice What is recorded stays recorded.
    /// @param workId The work.
    error AlreadyRegistered(uint256 workId);

    /// @notice A batch needs one signature for each registration, empty where the claimant is the sender.
    /// @param registrations How many registrations there are.
    /// @param signatures How many signatures.
    error BatchLengthsDiffer(uint256 registrations, uint256 signatures);

    /// @notice Nobody made this commitment.
    /// @param commitment `keccak256(abi.encode(workId, salt))`.
    error UnknownCommitment(bytes32 commitment);

    /// @notice A commitment and what it hides must lie apart, so that no two of them share one block.
    /// @param revealableAt From when on, in Unix seconds.
    /// @param currentTime Time of this block.
    error CommitmentTooYoung(uint64 revealableAt, uint64 currentTime);

    /// @notice The statement was logged after it had expired.
    /// @param deadline Last second at which it counted.
    /// @param anchoredAt When the log was anchored.
    error AnchoredAfterDeadline(uint64 deadline, uint64 anchoredAt);

    /// @notice A dispute keeps the title where it is.
    /// @param workId The work.
    /// @param frozenUntil Until when, in Unix seconds.
    error TitleFrozen(uint256 workId, uint64 frozenUntil);

    /// @notice Only the dispute desk may do this.
    /// @param sender Who called.
    error NotDisputeDesk(address sender);

    /// @notice A delay that is too short to object in protects nobody.
    /// @param delay The delay, in seconds.
    /// @param minimum The shortest one.
    error RecoveryDelayTooShort(uint32 delay, uint32 minimum);

    /// @notice Only the successor that an account named may do this.
    /// @param account The account.
    /// @param successor Who it named; zero for nobody.
    /// @param sender Who called.
    error NotSuccessor(address account, address successor, address sender);

    /// @notice A recovery runs already.
    /// @param account The account.
    error RecoveryAlreadyStarted(address account);

    /// @notice There is no recovery to object to.
    /// @param account The account.
    error RecoveryNotStarted(address account);

    /// @notice The account can still object.
    /// @param account The account.
    /// @param completesAt Until just before then, in Unix seconds.
    error RecoveryNotComplete(address account, uint64 completesAt);

    /// @notice The account did not object in time.
    /// @param account The account.
    /// @param completedAt When the recovery was complete, in Unix seconds.
    error RecoveryIsComplete(address account, uint64 completedAt);

    /// @notice Record a declaration made by the sender. A declaration that is already recorded is left as it is.
    /// @param declaration The declaration; its claimant must be the sender.
    /// @return workId The id of the work.
    function register(Declaration calldata declaration) external returns (uint256 workId);

    /// @notice Record a declaration on behalf of its claimant. A declaration that is already recorded is left as
    /// it is.
    /// @param registration The declaration and the deadline of its signature.
    /// @param signature The claimant's: 65 bytes r, s, v with low s, or whatever the claimant's contract accepts
    /// under ERC-1271. Not looked at if the claimant is the sender.
    /// @return workId The id of the work.
    function registerFor(Registration calldata registration, bytes calldata signature)
        external
        returns (uint256 workId);

    /// @notice Record many declarations. What is recorded already, expired, cancelled, malformed or not signed by a
    /// key is left out with an event, so that one item that somebody else carried first cannot stop the others.
    /// @param registrations The declarations and their deadlines.
    /// @param signatures One each: 65 bytes r, s, v with low s. Contracts cannot sign here. Not looked at where
    /// the claimant is the sender.
    /// @return recorded How many were recorded.
    function registerBatch(Registration[] calldata registrations, bytes[] calldata signatures)
        external
        returns (uint256 recorded);

    /// @notice Fix the date of a declaration without showing it. The first commitment stands; making it again
    /// changes nothing.
    /// @param commitment `keccak256(abi.encode(workId, salt))`, with a salt that nobody can guess.
    function commit(bytes32 commitment) external;

    /// @notice Record a declaration with the date of its commitment. If it is recorded already, this can only
    /// lower its date, and then anybody may bring it.
    /// @param registration The declaration and the deadline of its signature.
    /// @param salt The salt of the commitment.
    /// @param signature The claimant's, in the form `registerFor` takes. Not looked at if the claimant is the
    /// sender or the declaration is recorded.
    /// @return workId The id of the work.
    function reveal(Registration calldata registration, bytes32 salt, bytes calldata signature)
        external
        returns (uint256 workId);

    /// @notice Record a declaration with the date of an anchored log that holds its signed statement. If it is
    /// recorded already, this can only lower its date, and then anybody may bring it.
    /// @param registration The statement that was logged. Its deadline must not lie before the anchor.
    /// @param signature The claimant's, in the form `registerFor` takes. Not looked at if the claimant is the
    /// sender or the declaration is recorded.
    /// @param inclusion The way from the statement's digest to the anchored root.
    /// @return workId The id of the work.
    function registerFromLog(
        Registration calldata registration,
        bytes calldata signature,
        ICheckpointLog.Inclusion calldata inclusion
    ) external returns (uint256 workId);

    /// @notice Withdraw every signature over a declaration of the sender's that is not recorded yet. The sender's
    /// own `register` still works. Doing so again changes nothing.
    /// @param declaration The declaration; its claimant must be the sender.
    function cancel(Declaration calldata declaration) external;

    /// @notice Append a supplement to the history of a work whose title the sender holds.
    /// @param workId The work.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @return sequence The position it took.
    function supplement(uint256 workId, bytes32 metadataHash) external returns (uint32 sequence);

    /// @notice Append a supplement on behalf of the holder of the title.
    /// @param statement The supplement.
    /// @param signature The holder's, in the form `registerFor` takes.
    function supplementFor(Supplement calldata statement, bytes calldata signature) external;

    /// @notice Withdraw every offer ever signed for this work, known or not, by moving on to the next series.
    /// @param workId The work; the sender must hold its title.
    /// @return series The new series.
    function cancelAllOffers(uint256 workId) external returns (uint32 series);

    /// @notice Stop sales of licences to a work for good; the record stands. Doing so again changes nothing.
    /// @param workId The work; the sender must hold its title.
    function retract(uint256 workId) external;

    /// @notice Give a title to whom a ruling names, wherever it is, and start a new series. A retraction by the
    /// former holder ends, and so does what was upheld against them. For the dispute desk alone.
    /// @param workId The work.
    /// @param to Who receives the title.
    function assign(uint256 workId, address to) external;

    /// @notice Add flags to a title. For the dispute desk alone.
    /// @param workId The work.
    /// @param flags The flags to add.
    function mark(uint256 workId, uint32 flags) external;

    /// @notice Name who may take over what the sender holds, should its key be lost. This helps against loss and
    /// not against theft. A recovery under way ends; one that is complete is final.
    /// @param successor Who may; zero for nobody.
    /// @param delay Seconds in which the sender can object; at least a week, and not looked at for nobody.
    function setRecovery(address successor, uint32 delay) external;

    /// @notice Say that an account is lost. For the successor that it named.
    /// @param account The account.
    function startRecovery(address account) external;

    /// @notice Object to the recovery of the sender's account.
    function cancelRecovery() external;

    /// @notice Move titles that a lost account still holds to its successor, who must be the sender. Titles that
    /// it no longer holds are passed over; a frozen one stops the call.
    /// @param account The account.
    /// @param workIds The works.
    function recoverTitles(address account, uint256[] calldata workIds) external;

    /// @notice What the title's one storage slot holds.
    /// @param workId The work.
    /// @return holder Who holds the title.
    /// @return effectiveDate The earliest time, in Unix seconds, that the record proves.
    /// @return series The series that offers must name.
    /// @return flags 1 retracted, 2 cancelled before it was recorded, 4 disputed once (ask the desk until when sales
    /// are stopped), 8 a dispute was upheld: sales are stopped for good, 16 assigned by a ruling.
    function titleOf(uint256 workId)
        external
        view
        returns (address holder, uint64 effectiveDate, uint32 series, uint32 flags);

    /// @notice The earliest time that the record proves.
    /// @param workId The work.
    /// @return effectiveDate Unix seconds.
    function effectiveDateOf(uint256 workId) external view returns (uint64 effectiveDate);

    /// @notice The series that offers for this work must name.
    /// @param workId The work.
    /// @return series It starts at zero and rises with every transfer and every `cancelAllOffers`.
    function seriesOf(uint256 workId) external view returns (uint32 series);

    /// @notice How many supplements were recorded for a work.
    /// @param workId The work; an unknown one has none.
    /// @return count The sequence of the latest supplement.
    function supplementsOf(uint256 workId) external view returns (uint32 count);

    /// @notice Whether a claimant has cancelled a declaration that is not recorded.
    /// @param workId The id of the declaration.
    /// @return cancelled Whether signatures over it are refused.
    function isCancelled(uint256 workId) external view returns (bool cancelled);

    /// @notice When a commitment was made.
    /// @param commitment `keccak256(abi.encode(workId, salt))`.
    /// @return time Unix seconds; zero for never.
    function committedAt(bytes32 commitment) external view returns (uint64 time);

    /// @notice The commitment to a declaration.
    /// @param workId The id of the declaration.
    /// @param salt The salt.
    /// @return commitment What `commit` takes.
    function commitmentOf(uint256 workId, bytes32 salt) external pure returns (bytes32 commitment);

    /// @notice How an account could be taken over.
    /// @param account The account.
    /// @return successor Who may; zero for nobody.
    /// @return delay Seconds in which the account can object.
    /// @return startedAt When the successor started, in Unix seconds; zero for not.
    function recoveryOf(address account)
        external
        view
        returns (address successor, uint32 delay, uint64 startedAt);

    /// @notice Who has taken over from an account.
    /// @param account The account.
    /// @return successor The successor once the recovery is complete; zero before.
    function successorOf(address account) external view returns (address successor);

    /// @notice What a buyer of a title relies on: its record and flags, its series, the licences that run, the
    /// links to its parents and its share table (ERC-5646).
    /// @param tokenId The title.
    /// @return fingerprint Differs whenever one of them does.
    function getStateFingerprint(uint256 tokenId) external view returns (bytes32 fingerprint);

    /// @notice The log whose dates are believed.
    /// @return The contract.
    function log() external view returns (ICheckpointLog);

    /// @notice The desk that may mark and assign titles.
    /// @return The contract.
    function desk() external view returns (IDisputeDesk);

    /// @notice The ledger whose licences are part of a title's state fingerprint.
    /// @return The contract.
    function ledger() external view returns (ILicenseLedger);

    /// @notice The vault whose share tables are part of a title's state fingerprint.
    /// @return The contract.
    function vault() external view returns (IRoyaltyVault);

    /// @notice The id that a declaration has, recorded or not.
    /// @param declaration The declaration.
    /// @return workId Its EIP-712 struct hash.
    function workIdOf(Declaration calldata declaration) external pure returns (uint256 workId);

    /// @notice The EIP-712 digest that a claimant signs.
    /// @param registration The declaration and its deadline.
    /// @return digest Bound to this chain and this contract.
    function registrationDigest(Registration calldata registration) external view returns (bytes32 digest);

    /// @notice The EIP-712 digest that the holder of a title signs.
    /// @param statement The supplement.
    /// @return digest Bound to this chain and this contract.
    function supplementDigest(Supplement calldata statement) external view returns (bytes32 digest);
}
