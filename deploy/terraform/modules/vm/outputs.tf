output "service_account" {
  description = "Address of the machine's service account."
  value       = google_service_account.this.email
}

output "instance" {
  description = "Name of the machine."
  value       = google_compute_instance.this.name
}
