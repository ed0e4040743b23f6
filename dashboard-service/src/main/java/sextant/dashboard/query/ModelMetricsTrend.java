package sextant.dashboard.query;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;

import java.time.LocalDate;
import java.util.Optional;
import sextant.dashboard.catalogue.AlgorithmModels;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.AucTrendRow;
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendResponse;
import sextant.dashboard.v1.ModelQuality;

/// `model_metrics_trend`: the quality of a model over time and what it looks at.
final class ModelMetricsTrend {

  private ModelMetricsTrend() {}

  static GetModelMetricsTrendResponse read(Reading reading, GetModelMetricsTrendRequest request) {
    GetModelMetricsTrendResponse.Builder response =
        GetModelMetricsTrendResponse.newBuilder()
            .setModelCount(AlgorithmModels.countActive(reading.db(), reading.tenantId()));
    Optional<AlgorithmModel> model =
        request.hasModelId()
            ? AlgorithmModels.find(reading.db(), reading.tenantId(), request.getModelId())
            : AlgorithmModels.lastTrained(reading.db(), reading.tenantId());
    model.ifPresent(found -> add(found, response));
    return response.build();
  }

  private static void add(AlgorithmModel model, GetModelMetricsTrendResponse.Builder response) {
    response.setModelName(model.getName());
    model.getMetricsHistoryList().stream()
        .sorted(comparing((ModelQuality quality) -> LocalDate.parse(quality.getDate())))
        .forEach(
            quality ->
                response.addAucTrend(
                    AucTrendRow.newBuilder()
                        .setName(Labels.monthAndDay(LocalDate.parse(quality.getDate())))
                        .setAuc(quality.getAuc())));
    model.getFeatureImportanceList().stream()
        .sorted(
            comparing(FeatureImportance::getValue, reverseOrder())
                .thenComparing(FeatureImportance::getName))
        .forEach(response::addFeatureImportance);
  }
}
