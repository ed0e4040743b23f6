package sextant.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.gateway.Answer;
import sextant.gateway.GatewayExtension;

/// Which HTTP answer a failing service becomes. The tables are written out by hand, so that a
/// change of the contract's statuses is noticed.
class ErrorMappingTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT,400,BAD_REQUEST",
    "LIMIT_REACHED,400,BAD_REQUEST",
    "WRONG_STATE,400,BAD_REQUEST",
    "NOT_SUPPORTED,400,BAD_REQUEST",
    "ROLE_TOO_LOW,403,FORBIDDEN",
    "NOT_FOUND,404,NOT_FOUND",
    "ALREADY_EXISTS,409,CONFLICT",
    "IN_USE,409,CONFLICT",
    "CONFLICT,409,CONFLICT",
    "TOO_LARGE,413,PAYLOAD_TOO_LARGE",
    "RATE_LIMITED,429,RATE_LIMITED",
    "UNAVAILABLE,503,UNAVAILABLE",
    "DEADLINE_EXCEEDED,504,DEADLINE_EXCEEDED",
  })
  void reasonsOfTheContract(String reason, int status, String code) {
    assertThat(gateway.get("/test/fail?reason=" + reason).text())
        .isEqualTo(
            status
                + " {\"error\":{\"code\":\"%s\",\"message\":\"told to fail\",\"status\":%d,\"reason\":\"%s\"}}"
                    .formatted(code, status, reason));
  }

  @ParameterizedTest
  @CsvSource({
    "1,503,UNAVAILABLE",
    "3,400,BAD_REQUEST",
    "4,504,DEADLINE_EXCEEDED",
    "5,404,NOT_FOUND",
    "6,409,CONFLICT",
    "7,403,FORBIDDEN",
    "8,429,RATE_LIMITED",
    "9,400,BAD_REQUEST",
    "10,409,CONFLICT",
    "11,400,BAD_REQUEST",
    "14,503,UNAVAILABLE",
    "16,503,UNAVAILABLE",
  })
  void codesWithoutDetails(int grpc, int status, String code) {
    assertThat(gateway.get("/test/fail?code=" + grpc).text())
        .startsWith(status + " {\"error\":{\"code\":\"" + code + "\",");
  }

  @ParameterizedTest
  @CsvSource({"code=2", "code=12", "code=13", "code=15", "reason=INTERNAL"})
  void faultsOfOursAreHidden(String query) {
    assertThat(gateway.get("/test/fail?" + query).text())
        .isEqualTo(
            "500 {\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"internal error\",\"status\":500,"
                + "\"reason\":\"INTERNAL\"}}");
  }

  @Test
  void anUnknownReasonFallsBackToItsCode() {
    assertThat(gateway.get("/test/fail?reason=BRAND_NEW&code=9").status()).isEqualTo(400);
  }

  @Test
  void faultyFieldsCarryTheirJsonPaths() {
    assertThat(gateway.get("/test/fail?reason=INVALID_ARGUMENT&field=retry_after").text())
        .isEqualTo(
            "400 {\"error\":{\"code\":\"BAD_REQUEST\",\"message\":\"retryAfter: is wrong\","
                + "\"status\":400,\"reason\":\"INVALID_ARGUMENT\","
                + "\"details\":[{\"field\":\"retryAfter\",\"message\":\"is wrong\"}]}}");
    assertThat(gateway.get("/test/fail?reason=NOT_SUPPORTED&field=code").text())
        .contains("\"message\":\"told to fail\"")
        .contains("\"reason\":\"NOT_SUPPORTED\"")
        .contains("\"details\":[{\"field\":\"code\",\"message\":\"is wrong\"}]");
  }

  @Test
  void retryAfterIsWholeSecondsAndNeverMissing() {
    assertThat(gateway.get("/test/fail?reason=RATE_LIMITED&retryAfter=6").headers())
        .containsEntry("retry-after", "7");
    assertThat(gateway.get("/test/fail?reason=RATE_LIMITED").headers())
        .containsEntry("retry-after", "1");
    assertThat(gateway.get("/test/fail?code=14").headers()).containsEntry("retry-after", "1");
    assertThat(gateway.get("/test/fail?reason=NOT_FOUND&retryAfter=6").headers())
        .doesNotContainKey("retry-after");
  }

  @Test
  void everyErrorNamesItsRequest() {
    Answer answer = gateway.get("/test/fail?code=13", "X-Request-Id", "find-me");
    assertThat(answer.body()).contains("\"requestId\":\"find-me\"");
    assertThat(answer.headers())
        .containsEntry("x-request-id", "find-me")
        .containsEntry("content-type", "application/json; charset=utf-8");
  }

  @Test
  void aServiceThatIsNotConfiguredIsUnavailable() {
    assertThat(gateway.get("/api/v1/behavioral-metrics").text())
        .startsWith("503 ")
        .contains("not told where sextant.metrics.v1 is");
  }
}
