# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options by which modules and the inventory plugin sign in to Azure."""

from __future__ import annotations


class ModuleDocFragment:
    # Says what options.py, credentials.py, clouds.py and certificates.py of _azure do; tests/unit/docs compares.
    DOCUMENTATION = r"""
options:
  subscription_id:
    description:
      - The subscription that the task works in.
      - If unset, it is taken from E(AZURE_SUBSCRIPTION_ID), then from the section of the credential file that is
        signed in with, then, when the Azure CLI is signed in with, from the account that it uses. If none of them
        names one, the task fails.
    type: str
  tenant:
    description:
      - The directory (tenant) of the application that signs in, as an ID or a domain.
      - The environment variables are E(AZURE_TENANT) and E(AZURE_TENANT_ID).
    type: str
  client_id:
    description:
      - The application (client) ID that signs in.
      - With O(auth_source=msi) it is the client ID of a user-assigned managed identity, and unset means the identity
        of the machine.
      - The environment variable is E(AZURE_CLIENT_ID).
    type: str
  secret:
    description:
      - The value of the application's client secret. It is never logged.
      - The environment variables are E(AZURE_SECRET) and E(AZURE_CLIENT_SECRET).
    type: str
  x509_certificate_path:
    description:
      - Path of a file that holds the application's certificate and its RSA private key, as PEM or PKCS12.
      - It is used where there is no O(secret).
      - The environment variables are E(AZURE_X509_CERTIFICATE_PATH) and E(AZURE_CLIENT_CERTIFICATE_PATH).
    type: path
  certificate_password:
    description:
      - The password of the private key in O(x509_certificate_path). Unset means that the key has none. It is never
        logged.
      - The environment variable is E(AZURE_CLIENT_CERTIFICATE_PASSWORD).
    type: str
  federated_token_file:
    description:
      - Path of the file in which a platform such as Kubernetes keeps the token that the application signs in with
        (workload identity federation).
      - It is used where there is neither O(secret) nor O(x509_certificate_path), and always with
        O(auth_source=workload_identity).
      - The environment variable is E(AZURE_FEDERATED_TOKEN_FILE).
    type: path
  profile:
    description:
      - The section of the credential file C(~/.azure/credentials) to sign in with.
      - The file is an INI file. Its keys are named like the options here, such as C(client_id), C(tenant), C(secret),
        C(subscription_id) and C(cloud_environment).
      - A section that is named here has to be there and to be complete.
      - The environment variable is E(AZURE_PROFILE).
    type: str
  auth_source:
    description:
      - Where the credentials come from. If unset, E(ANSIBLE_AZURE_AUTH_SOURCE) or else E(AZURE_AUTH_SOURCE) says it,
        and V(auto) is used where neither is set. The second name is for credential types of AWX, which take no name
        that begins with C(ANSIBLE_).
      - The credentials are O(tenant), O(client_id) and one of O(secret), O(x509_certificate_path) (with
        O(certificate_password)) and O(federated_token_file). They are taken from one source as a whole. The client ID
        of one source is never used with the secret of another.
      - O(subscription_id), O(cloud_environment) and O(disable_instance_discovery) are not part of the credentials.
        Each of them is taken from the option, else from the environment, else from the section of the credential file
        that is signed in with.
    type: str
    choices:
      auto: The first that is complete of the options; the O(profile), if one is named; the environment; the section
        C(default) of C(~/.azure/credentials); workload identity, if O(federated_token_file) or its variable is set;
        the Azure CLI. Some of these options without the others are an error, and so is a O(profile) that is named and
        not usable. If nothing is found, the error lists what was tried.
      env: The environment alone.
      credential_file: The section O(profile) of C(~/.azure/credentials), or C(default) if none is named.
      cli: The account that is signed in to the Azure CLI (C(az login)).
      msi: The managed identity of the machine that the task runs on. It is used only when it is asked for here.
      workload_identity: O(federated_token_file) with O(client_id) and O(tenant), from the options or else from the
        environment.
  cloud_environment:
    description:
      - The cloud. It is one of V(AzureCloud), V(AzureUSGovernment) and V(AzureChinaCloud), or the C(https) URL of a
        Resource Manager, whose C(/metadata/endpoints) names the rest (Azure Stack Hub, or the emulator of this
        collection).
      - If unset, it is taken from E(AZURE_CLOUD_ENVIRONMENT), then from the section of the credential file that is
        signed in with. If none of them names one, it is V(AzureCloud).
    type: str
  disable_instance_discovery:
    description:
      - Whether to sign in without asking Microsoft's public list of clouds about the authority. A disconnected cloud
        needs V(true).
      - Where O(cloud_environment) is the URL of a cloud that is none of Microsoft's public ones, this is always so.
      - If unset, it is taken from E(AZURE_DISABLE_INSTANCE_DISCOVERY), then from the section of the credential file
        that is signed in with. If none of them says it, it is V(false).
    type: bool
requirements:
  - python >= 3.11
  - azure-core >= 1.31
  - azure-identity >= 1.19
  - azure-mgmt-compute >= 33.0.0
notes:
  - An option for signing in, or an environment variable, that is empty counts as unset.
  - TLS certificates are always verified and nothing turns that off. To trust a certificate authority of your own,
    name a file of authorities in E(AZURE_GALLERY_CA_BUNDLE), E(REQUESTS_CA_BUNDLE), E(CURL_CA_BUNDLE) or
    E(SSL_CERT_FILE). The first of them that is set counts.
  - The options C(ad_user), C(password), C(thumbprint), C(cert_validation_mode), C(adfs_authority_url) and
    C(api_profile) of azure.azcollection are not supported. A task that gives one of them fails with a message that
    says what to use instead.
"""
