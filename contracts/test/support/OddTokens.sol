// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";

import { PlainToken } from "./PlainToken.sol";

/// @title A token that keeps one unit of every transfer, from a certain moment on
/// @author Colophon
contract TollToken is PlainToken {
    bool private _keeps;

    function setToll(bool keeps) external {
        _keeps = keeps;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_keeps && from != address(0)) super._update(to, address(0xFEE), 1);
    }
}

/// @title A token that calls somebody in the middle of a transfer
/// @author Colophon
contract CallbackToken is PlainToken {
    using Address for address;

    address private _target;
    bytes private _call;

    function prepare(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target != address(0) && from != address(0)) _target.functionCall(_call);
    }
}

/// @title A token whose transfers return nothing at all
/// @author Colophon
contract SilentToken {
    mapping(address account => uint256 amount) public balanceOf;
    mapping(address owner => mapping(address spender => uint256 amount)) private _allowances;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        _allowances[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _allowances[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title A token that says no by returning false
/// @author Colophon
contract RefusingToken is PlainToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @title A token that has no permit and accepts any call for one
/// @author Colophon
contract PhantomToken is PlainToken {
    fallback() external { }
}
