/** One value of a sample; its name and unit are MLflow's where MLflow has one. */
export interface SystemMetric {
  readonly name: string;
  readonly value: number;
}
