package sextant.kit;

import java.util.regex.Pattern;

/// What a tenant id looks like. Restricted because it becomes part of `set local` statements.
public final class TenantId {

  /// The rule in words, for error messages.
  public static final String RULE = "1-64 characters of A-Z a-z 0-9 . _ : -";

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private TenantId() {}

  public static boolean isValid(String text) {
    return VALID.matcher(text).matches();
  }
}
