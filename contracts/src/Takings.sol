// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Offers } from "./libraries/Offers.sol";

/// @title The ledger's money
/// @author Colophon
/// @notice What was paid belongs to a work, so to whoever holds its title when it is taken out. It is kept per
/// currency: a token that misbehaves can harm nobody who is paid in another.
abstract contract Takings is ILicenseLedger, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    address private constant NATIVE_COIN = address(0);

    /// @inheritdoc ILicenseLedger
    IWorkRegistry public immutable registry;

    mapping(uint256 workId => mapping(address currency => uint256 amount)) private _held;
    mapping(address carrier => mapping(address currency => uint256 amount)) private _heldForCarrier;

    constructor(IWorkRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc ILicenseLedger
    function withdraw(uint256 workId, address currency) external nonReentrant returns (uint256 amount) {
        (address holder,,,) = registry.titleOf(workId);
        amount = _held[workId][currency];
        if (amount == 0) return 0;

        _held[workId][currency] = 0;
        emit RevenueWithdrawn(workId, currency, holder, amount);
        _pay(currency, holder, amount);
    }

    /// @inheritdoc ILicenseLedger
    function withdrawCarrier(address account, address currency)
        external
        nonReentrant
        returns (uint256 amount)
    {
        amount = _heldForCarrier[account][currency];
        if (amount == 0) return 0;

        _heldForCarrier[account][currency] = 0;
        emit CarrierWithdrawn(account, currency, amount);
        _pay(currency, account, amount);
    }

    /// @inheritdoc ILicenseLedger
    function held(uint256 workId, address currency) external view returns (uint256 amount) {
        return _held[workId][currency];
    }

    /// @inheritdoc ILicenseLedger
    function heldForCarrier(address account, address currency) external view returns (uint256 amount) {
        return _heldForCarrier[account][currency];
    }

    function _owe(Offer calldata offer) internal {
        if (offer.price == 0) return;

        uint256 carried = offer.price * offer.carrierBps / Offers.BPS;
        if (carried != 0) _heldForCarrier[offer.carrier][offer.currency] += carried;
        _held[offer.workId][offer.currency] += offer.price - carried;
    }

    function _collect(address currency, uint256 price) internal {
        if (currency == NATIVE_COIN || price == 0) return;

        uint256 expected = IERC20(currency).balanceOf(address(this)) + price;
        IERC20(currency).safeTransferFrom(msg.sender, address(this), price);
        uint256 actual = IERC20(currency).balanceOf(address(this));
        if (actual != expected) revert WrongTokenBalance(currency, expected, actual);
    }

    /// @dev A token's price is drawn from the sender's allowance, so coin beside it could only be a mistake.
    function _requireValue(address currency, uint256 price) internal view {
        bool native = currency == NATIVE_COIN;
        uint256 value = native ? price : 0;
        if (msg.value != value) revert WrongValue(value, msg.value);
        if (!native && currency.code.length == 0) revert NotAToken(currency);
    }

    function _pay(address currency, address to, uint256 amount) private {
        if (currency == NATIVE_COIN) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }
}
