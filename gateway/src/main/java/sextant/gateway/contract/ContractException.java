package sextant.gateway.contract;

import java.util.List;

/// The contract asks for something that cannot be served. The gateway does not start.
public final class ContractException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ContractException(List<String> problems) {
    super("the contract cannot be served over HTTP:\n  " + String.join("\n  ", problems));
  }
}
