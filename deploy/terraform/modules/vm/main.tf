# A Debian machine on which systemd runs the container. What it needs to know is in its metadata, startup.sh reads it; the keys
# of clients come from Secret Manager at its start, so they are in no state.

resource "google_service_account" "this" {
  account_id   = var.name
  display_name = "Slipway server ${var.name}"
}

# Each right on the one thing it is needed for.
resource "google_storage_bucket_iam_member" "models" {
  bucket = var.bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.this.member
}

resource "google_artifact_registry_repository_iam_member" "images" {
  location   = var.repository_location
  repository = var.repository
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.this.member
}

resource "google_secret_manager_secret_iam_member" "keys" {
  secret_id = var.keys_secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this.member
}

# These two exist for whole projects only; they write and read nothing.
resource "google_project_iam_member" "telemetry" {
  for_each = toset(["roles/logging.logWriter", "roles/monitoring.metricWriter"])

  project = var.project
  role    = each.value
  member  = google_service_account.this.member
}

resource "google_compute_instance" "this" {
  name         = var.name
  zone         = var.zone
  machine_type = var.machine_type
  tags         = [var.tag]

  allow_stopping_for_update = true

  boot_disk {
    initialize_params {
      image = var.boot_image
      size  = var.disk_gb
      type  = "pd-balanced"
    }
  }

  network_interface {
    subnetwork = var.subnetwork

    access_config {
      nat_ip = var.address
    }
  }

  service_account {
    email  = google_service_account.this.email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    slipway-image          = var.image
    slipway-models         = "gs://${var.bucket}/${var.prefix}"
    slipway-keys-secret    = var.keys_secret
    slipway-port           = tostring(var.port)
  }

  metadata_startup_script = file("${path.module}/startup.sh")

  depends_on = [
    google_storage_bucket_iam_member.models,
    google_artifact_registry_repository_iam_member.images,
    google_secret_manager_secret_iam_member.keys,
  ]
}
