output "url" {
  description = "Address of the service; null before there is an image."
  value       = one(google_cloud_run_v2_service.this[*].uri)
}

output "repository" {
  description = "Where to push images: REPOSITORY/slipway:TAG."
  value       = "${var.region}-docker.pkg.dev/${google_artifact_registry_repository.images.project}/${google_artifact_registry_repository.images.repository_id}"
}

output "bucket" {
  description = "Where to put models: gs://BUCKET/NAME.keras or gs://BUCKET/NAME/VERSION/model.keras."
  value       = google_storage_bucket.models.name
}

output "service_account" {
  description = "Address of the server's service account."
  value       = google_service_account.this.email
}
