# Cloud Run: no machine to look after, nothing to pay while nobody asks. Cloud Run itself asks who a client is (IAM), so the
# server does not ask again.

locals {
  services = toset(["run.googleapis.com", "artifactregistry.googleapis.com", "iam.googleapis.com", "storage.googleapis.com"])
}

resource "google_project_service" "this" {
  for_each = local.services

  service            = each.value
  disable_on_destroy = false
}

resource "google_artifact_registry_repository" "images" {
  repository_id = var.name
  location      = var.region
  format        = "DOCKER"
  description   = "Images of Slipway"

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"

    most_recent_versions {
      keep_count = 10
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket" "models" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      num_newer_versions = 10
      with_state         = "ARCHIVED"
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_service_account" "this" {
  account_id   = var.name
  display_name = "Slipway on Cloud Run"

  depends_on = [google_project_service.this]
}

# All that the server may do.
resource "google_storage_bucket_iam_member" "models" {
  bucket = google_storage_bucket.models.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.this.member
}

# Nothing runs before there is an image: push it to the repository, then say its name.
resource "google_cloud_run_v2_service" "this" {
  count = var.image == "" ? 0 : 1

  name                = var.name
  location            = var.region
  ingress             = var.ingress
  deletion_protection = var.deletion_protection

  template {
    service_account                  = google_service_account.this.email
    timeout                          = "${var.timeout_seconds}s"
    max_instance_request_concurrency = var.concurrency
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = var.max_instances
    }

    containers {
      image = var.image
      args  = ["serve", "/models", "--host", "0.0.0.0", "--no-auth"]

      ports {
        container_port = 8000
      }

      env {
        name  = "JAVA_TOOL_OPTIONS"
        value = "-XX:MaxRAMPercentage=50"
      }

      # Each look is a request to the bucket.
      env {
        name  = "SLIPWAY_MODELS_POLL"
        value = "60s"
      }

      env {
        name  = "SLIPWAY_SERVE_DRAIN"
        value = "8s"
      }

      resources {
        cpu_idle          = true
        startup_cpu_boost = true

        limits = {
          cpu    = var.cpu
          memory = var.memory
        }
      }

      startup_probe {
        period_seconds    = 1
        timeout_seconds   = 1
        failure_threshold = 60

        http_get {
          path = "/health/ready"
        }
      }

      liveness_probe {
        period_seconds = 10

        http_get {
          path = "/health/live"
        }
      }

      volume_mounts {
        name       = "models"
        mount_path = "/models"
      }
    }

    volumes {
      name = "models"

      gcs {
        bucket    = google_storage_bucket.models.name
        read_only = true
      }
    }
  }

  depends_on = [google_project_service.this, google_storage_bucket_iam_member.models]
}

resource "google_cloud_run_v2_service_iam_member" "invokers" {
  for_each = var.image == "" ? toset([]) : toset(var.invokers)

  name     = google_cloud_run_v2_service.this[0].name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}
