package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Every command says what it does.
class HelpTest {

  private static Stream<String> commands() {
    List<String> lines = new ArrayList<>();
    collect("", Sextant.commandLine(), lines);
    return lines.stream();
  }

  private static void collect(String line, CommandLine command, List<String> lines) {
    lines.add(line);
    command
        .getSubcommands()
        .forEach(
            (name, subcommand) -> {
              if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                collect((line + " " + name).strip(), subcommand, lines);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandAnswersHelp(String command) {
    Commands.Result result = Commands.run((command + " --help").strip().split(" "));
    assertThat(result.out()).startsWith(("Usage: sextant " + command).strip());
    assertThat(result.out().lines().count()).isGreaterThan(2);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  private static String launcher(int exitCode, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "../sextant"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
    return output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "test"})
  void theLaunchersOwnCommandsAnswerHelpWithoutWork(String command)
      throws IOException, InterruptedException {
    assertThat(launcher(0, command, "--help")).startsWith("Usage: ./sextant " + command);
  }

  @Test
  void theLauncherListsEveryCommand() throws IOException, InterruptedException {
    String usage = launcher(0, "--help");
    assertThat(commands().filter(line -> !line.isEmpty() && !line.contains(" ")))
        .isNotEmpty()
        .allSatisfy(command -> assertThat(usage).containsPattern("(?m)^  " + command + " "));
    assertThat(launcher(1)).isEqualTo(usage);
    assertThat(launcher(1, "launch")).contains("no such command: launch");
  }
}
